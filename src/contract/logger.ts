/**
 * The part of a logger that hale calls; `console`, pino, winston and bunyan all fit. A pino logger
 * receives the fields of a line as an object before the message.
 */
export interface Logger {
  info(...args: never[]): void;
  warn(...args: never[]): void;
  error(...args: never[]): void;
}

/** The part of a logger without `info` that hale calls in its place, such as Nest's `Logger`. */
export interface NestLogger {
  log(...args: never[]): void;
  warn(...args: never[]): void;
  error(...args: never[]): void;
}
