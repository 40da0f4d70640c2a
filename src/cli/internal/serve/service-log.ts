import type { Logger } from "../../../index.ts";

/** The forms of the log. */
export type LogForm = "text" | "json" | "off";

type Level = "info" | "warn" | "error";

/** The fields of a line, beside its message. */
type LineFields = Readonly<Record<string, unknown>>;

/** The log of one service: of its health, and of the command about it. */
export interface ServiceLog {
  /** The logger of the health. */
  readonly logger: Logger;
  /** Logs a line of the command itself. */
  line(level: Level, message: string): void;
  /** Leaves out the phases of the health: one that takes another's place starts and drains unseen. */
  leaveOutPhases(): void;
  /** Logs nothing more: another service has taken its place. */
  end(): void;
}

/** Makes the log of one service. */
export function createServiceLog(form: LogForm = "text"): ServiceLog {
  const write = WRITERS[form];
  let phases = true;
  let ended = false;
  const writer = (level: Level) => {
    return ({ hale = {} }: { readonly hale?: LineFields }, message: string) => {
      const isPhase = "to" in hale && !("check" in hale);
      if (ended || (isPhase && !phases)) return;
      write(level, message, hale);
    };
  };
  const [info, warn, error] = [writer("info"), writer("warn"), writer("error")];
  // By `bindings`, hale knows a logger that takes the fields of a line before its message.
  const logger = { info, warn, error, bindings: () => ({}) };
  return {
    logger: logger as unknown as Logger,
    line: (level, message) => write(level, `hale: ${message}`, {}),
    leaveOutPhases() {
      phases = false;
    },
    end() {
      ended = true;
    },
  };
}

const WRITERS: Readonly<
  Record<LogForm, (level: Level, message: string, fields: LineFields) => void>
> = {
  text(level, message) {
    outputOf(level).write(`${message}\n`);
  },
  json(level, message, fields) {
    const line = { time: new Date().toISOString(), level, message, ...fields };
    outputOf(level).write(`${JSON.stringify(line)}\n`);
  },
  off() {},
};

function outputOf(level: Level): NodeJS.WritableStream {
  return level === "info" ? process.stdout : process.stderr;
}
