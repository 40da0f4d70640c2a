/**
 * The part of a logger that hale calls; `console`, pino, winston and bunyan all fit. A pino logger
 * receives the fields of a line as an object before the message.
 */
export interface Logger {
  info(...args: never[]): void;
  warn(...args: never[]): void;
  error(...args: never[]): void;
}
