/** The codes of misuse: hale throws them as a {@link HaleError}. Each is described in docs/errors.md. */
export const MISUSE_CODES = [
  "HALE_UNKNOWN_OPTION",
  "HALE_BAD_OPTION",
  "HALE_TIMEOUT_OVER_DEADLINE",
  "HALE_BAD_NAME",
  "HALE_DEPENDENCY_IN_LIVENESS",
  "HALE_DEPENDENCY_IN_STARTUP",
  "HALE_DUPLICATE_CHECK",
  "HALE_UNKNOWN_MEMBER",
  "HALE_UNKNOWN_CLIENT",
  "HALE_AMBIGUOUS_CLIENT",
  "HALE_UNSUPPORTED_CLIENT",
  "HALE_UNKNOWN_CHECK",
  "HALE_BAD_PATH",
  "HALE_BAD_URL",
  "HALE_NO_NODE_MODULE",
  "HALE_WEAK_TOKEN",
  "HALE_ALREADY_STARTED",
  "HALE_DUPLICATE_TASK",
  "HALE_LISTEN_FAILED",
  "HALE_ALREADY_ATTACHED",
  "HALE_LATE_CHECK",
  "HALE_MODULE_TWICE",
  "HALE_MODULE_WITHOUT_OPTIONS",
  "HALE_NOT_A_WORKER",
  "HALE_NOT_THE_PRIMARY",
  "HALE_NEVER_READY",
  "HALE_SHUTDOWN_TWICE",
  "HALE_CLOCK_STOPPED",
] as const;

/** The codes of reasons: in reports, change events and log fields. They are never thrown at a caller. */
export const REASON_CODES = [
  "HALE_TIMEOUT",
  "HALE_CLOSED",
  "HALE_HUNG",
  "HALE_STALE",
  "HALE_NOT_RUN",
  "HALE_RETURNED_DOWN",
  "HALE_UNKNOWN_STATUS",
  "HALE_UNEXPECTED_REPLY",
  "HALE_NOT_CONNECTED",
  "HALE_WRONG_CLIENT",
  "HALE_CONNECTING",
  "HALE_POOL_EXHAUSTED",
  "HALE_CONNECTION_BUSY",
  "HALE_NO_HEARTBEAT",
  "HALE_LOADING",
  "HALE_MIGRATIONS_PENDING",
  "HALE_MIGRATIONS_UNKNOWN",
  "HALE_COMMAND_MISSING",
  "HALE_COMMAND_FAILED",
  "HALE_DRIVER_MISSING",
] as const;

/** The codes of warnings, which are logged once. */
export const WARNING_CODES = [
  "HALE_ATTACHED_LATE",
  "HALE_FORMAT_FAILED",
  "HALE_FORMAT_SLOW",
  "HALE_MOUNT_PREFIX",
  "HALE_MOUNT_TWICE",
  "HALE_MOUNT_UNREACHED",
] as const;

/** The codes in the bodies of error responses. */
export const RESPONSE_CODES = [
  "HALE_METHOD_NOT_ALLOWED",
  "HALE_UNKNOWN_FORMAT",
  "HALE_UNKNOWN_CHECK",
] as const;

/** The codes that the command writes to stderr, when it could not learn anything of a service. */
export const COMMAND_CODES = [
  "HALE_NO_REPLICAS",
  "HALE_PROMETHEUS_ERROR",
  "HALE_PROMETHEUS_REFUSED",
  "HALE_PROMETHEUS_UNREACHABLE",
] as const;

/** The stable code of a {@link HaleError}. */
export type HaleErrorCode = (typeof MISUSE_CODES)[number];

/** The stable code of one of hale's reasons. A driver's own code, such as `ECONNREFUSED`, may replace it. */
export type ReasonCode = (typeof REASON_CODES)[number];

/** The stable code of what the command could not learn. */
export type CommandCode = (typeof COMMAND_CODES)[number];

/** The stable code of a warning. */
export type WarningCode = (typeof WARNING_CODES)[number];

/** The stable code of an error response. */
export type ResponseCode = (typeof RESPONSE_CODES)[number];

const ERROR_BRAND = Symbol.for("hale.error/1");
const FAILURE_BRAND = Symbol.for("hale.check-failure/1");

/**
 * An error of misuse, with a stable `code` and a message that says what to do. Failures at run time
 * become the reasons of checks instead. `instanceof` recognises the errors of every copy of hale in the
 * process.
 *
 * @example
 * ```ts
 * import { createHealth, HaleError } from "hale";
 *
 * try {
 *   createHealth({ deadline: -1 });
 * } catch (error) {
 *   if (!(error instanceof HaleError) || error.code !== "HALE_BAD_OPTION") throw error;
 * }
 * ```
 */
export class HaleError extends Error {
  static {
    // Stacks show the name of the class, which minification shortens.
    Object.defineProperty(HaleError, "name", { value: "HaleError" });
  }

  readonly code: HaleErrorCode;

  constructor(code: HaleErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "HaleError";
    this.code = code;
    Object.defineProperty(this, ERROR_BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that extends this one has instances of its own alone.
    // biome-ignore lint/complexity/noThisInStatic: this is the class on the right of instanceof.
    if (this !== HaleError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return hasBrand(value, ERROR_BRAND);
  }
}

/**
 * An error that a check throws to give its failure a code of its own.
 *
 * @example
 * ```ts
 * import { CheckFailure, createHealth } from "hale";
 *
 * createHealth({
 *   checks: {
 *     licence: async () => {
 *       throw new CheckFailure("LICENCE_EXPIRED", "The licence ended on 1 May.");
 *     },
 *   },
 * });
 * ```
 */
export class CheckFailure extends Error {
  static {
    // Stacks show the name of the class, which minification shortens.
    Object.defineProperty(CheckFailure, "name", { value: "CheckFailure" });
  }

  readonly code: string;

  constructor(code: string, reason: string, options?: { readonly cause?: unknown }) {
    super(reason, options);
    this.name = "CheckFailure";
    this.code = code;
    Object.defineProperty(this, FAILURE_BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: this is the class on the right of instanceof.
    if (this !== CheckFailure) return Function.prototype[Symbol.hasInstance].call(this, value);
    return hasBrand(value, FAILURE_BRAND);
  }
}

/** Whether a value has the brand of any copy of hale. */
export function hasBrand(value: unknown, brand: symbol): boolean {
  return brand in Object(value);
}
