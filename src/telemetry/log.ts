import type { Logger } from "../contract/logger.ts";
import { guardConsoleOutput } from "./guard-output.ts";

/** Writes one line of hale's to the service's own logger. */
export type Log = (level: keyof Logger, message: string, fields: object) => void;

/** A log that goes through the service's own logger; `false` for none. */
export function createLog(logger: Logger | false): Log {
  return (level, message, fields) => {
    if (logger !== false) void writeLine(logger, level, message, fields);
  };
}

/** pino takes fields before the message; other loggers get the message alone, which says it all. */
async function writeLine(
  logger: Logger,
  level: keyof Logger,
  message: string,
  fields: object,
): Promise<void> {
  try {
    if (logger === console) guardConsoleOutput(level);
    const call = logger[level].bind(logger) as (...args: unknown[]) => unknown;
    const line = `hale: ${message}`;
    await ("bindings" in logger ? call({ hale: fields }, line) : call(line));
  } catch {
    // A logger that fails must not fail a probe.
  }
}
