import type { Logger, NestLogger } from "../contract/logger.ts";
import { guardConsoleOutput } from "./guard-output.ts";

/** Logs one line of hale's through the service's own logger. */
export type Log = (level: keyof Logger, message: string, fields: object) => void;

/** Makes the log of a health; `false` disables it. */
export function createLog(logger: Logger | NestLogger | false): Log {
  return (level, message, fields) => {
    if (logger !== false) void writeLine(logger, level, message, fields);
  };
}

/** Logs the fields before the message with pino; other loggers receive the message alone, which is complete. */
async function writeLine(
  logger: Logger | NestLogger,
  level: keyof Logger,
  message: string,
  fields: object,
): Promise<void> {
  try {
    if (logger === console) guardConsoleOutput(level);
    const write = level !== "info" || "info" in logger ? (logger as Logger)[level] : logger.log;
    const call = write.bind(logger) as (...args: unknown[]) => unknown;
    const line = `hale: ${message}`;
    await ("bindings" in logger ? call({ hale: fields }, line) : call(line));
  } catch {
    // A logger that fails must not fail a probe.
  }
}
