import { HaleError } from "../../../index.ts";
import { ConfigError, EXIT_CONFIG } from "../config/config-error.ts";
import { type ConfigOrigins, loadService } from "../config/load-service.ts";
import { processSources } from "../config/references.ts";
import { endBySignal } from "../end-by-signal.ts";
import { MAX_FILE, readBounded } from "../read-bounded.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type LoggedService, RunningService } from "./running-service.ts";
import { createServiceLog } from "./service-log.ts";

/** The origins of a configuration, whose file is read each time. */
export interface ServeOptions extends Omit<ConfigOrigins, "file"> {
  /** The path of the file. */
  readonly file: string | undefined;
}

/** Reads the configuration, and says what is wrong with it; resolves to the exit code. */
export async function checkService(options: ServeOptions, terminal: Terminal): Promise<number> {
  return orProblems(terminal, async () => {
    const { health, names, log } = load(options);
    log.end();
    await health.close();
    const origin = options.file ?? "The configuration";
    terminal.print(`${origin} is valid: ${described(names)}.`);
    return 0;
  });
}

/** Serves until a signal ends the process. When it cannot begin, it ends the process with the exit code. */
export async function serveUntilSignal(options: ServeOptions, terminal: Terminal): Promise<never> {
  // A reader of the log that has gone must not end the health of a service.
  for (const output of [process.stdout, process.stderr]) output.on("error", () => {});
  // Until the service has its own shutdown: drivers may take long to load, and process 1 has no default for signals.
  const release = endBySignal();
  const reloader = new Reloader(options);
  const code = await orProblems(terminal, async () => {
    const service = load(options);
    const { log } = service;
    const running = await RunningService.start(service);
    release();
    log.line("info", `listening at ${addressesOf(running)}, with ${described(service.names)}`);
    for (const { variable, why } of service.left) {
      log.line("info", `the variable ${variable} became no check: ${why}`);
    }
    reloader.begin(running);
    // What is wrong from the start is in the log before the first probe comes.
    void service.health.report("deep");
    return new Promise<number>(() => {
      // Nothing else may hold the process: the probe thread does not.
      setInterval(() => {}, 2 ** 30);
    });
  });
  return endProcess(code, terminal);
}

/** Ends the process once stderr is written: start-up tasks, checks and drivers of what is not served would hold it. */
function endProcess(code: number, { stderr }: Pick<Terminal, "stderr">): Promise<never> {
  return new Promise(() => {
    stderr.write("", () => process.exit(code));
  });
}

/** Reloads at SIGHUP: one at a time, and one more for all signals that come meanwhile. */
class Reloader {
  readonly #options: ServeOptions;
  #running: RunningService | undefined;
  #busy = false;
  #requested = false;

  constructor(options: ServeOptions) {
    this.#options = options;
    process.on("SIGHUP", () => void this.#onHangup());
  }

  /** Takes a service that runs; a signal that came before is for it. */
  begin(running: RunningService): void {
    this.#running = running;
    if (this.#requested) void this.#onHangup();
  }

  async #onHangup(): Promise<void> {
    this.#requested = true;
    if (this.#running === undefined || this.#busy) return;
    this.#busy = true;
    while (this.#requested && !this.#running.drains) {
      this.#requested = false;
      await reload(this.#running, this.#options);
    }
    this.#busy = false;
  }
}

async function reload(running: RunningService, options: ServeOptions): Promise<void> {
  let next: LoggedService | undefined;
  try {
    next = load(options);
    if (next.identity === running.service.identity) {
      running.service.log.line("info", "configuration read again: nothing has changed");
      discard(next);
      return;
    }
    const before = addressesOf(running);
    await running.replace(next);
    const now = addressesOf(running);
    const names = `with ${described(next.names)}`;
    next.log.line(
      "info",
      now === before
        ? `configuration reloaded, ${names}`
        : `configuration reloaded, listening at ${now}, ${names}. Give probers the new address.`,
    );
  } catch (failure) {
    discard(next);
    const { message } = failure as Error;
    const line = `configuration refused, and the previous one kept:\n${message}`;
    running.service.log.line("error", line);
  }
}

function addressesOf({ url, grpcUrl }: RunningService): string {
  return [url, grpcUrl].filter((each) => each !== undefined).join(" and ");
}

/** Closes a service that is not served. */
function discard(service: LoggedService | undefined): void {
  service?.log.end();
  void service?.health.close();
}

function load({ file: path, ...origins }: ServeOptions): LoggedService {
  const file = path === undefined ? undefined : { name: path, text: contentsOf(path) };
  let log = createServiceLog();
  const service = loadService({ ...origins, file }, processSources(process.env), (form) => {
    log = createServiceLog(form);
    return log.logger;
  });
  return { ...service, log };
}

function contentsOf(path: string): string {
  try {
    return readBounded(path, MAX_FILE).toString("utf8");
  } catch (failure) {
    const { code = "unreadable" } = failure as NodeJS.ErrnoException;
    throw new ConfigError(`${path}: The file cannot be read: ${code}.`);
  }
}

/** Runs a step, and writes the problems of the configuration. */
async function orProblems(terminal: Terminal, step: () => Promise<number>): Promise<number> {
  try {
    return await step();
  } catch (failure) {
    if (failure instanceof UsageError) throw failure;
    if (failure instanceof ConfigError) {
      terminal.warn(failure.message);
      return EXIT_CONFIG;
    }
    if (!(failure instanceof HaleError)) throw failure;
    terminal.warn(`hale serve: ${failure.message} (${failure.code})`);
    return 1;
  }
}

function described(names: readonly string[]): string {
  if (names.length === 0) return "no checks";
  return `${names.length} ${names.length === 1 ? "check" : "checks"}: ${names.join(", ")}`;
}
