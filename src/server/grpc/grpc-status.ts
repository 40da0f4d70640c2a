/** The status codes of gRPC that a health server sends. */
export const STATUS = {
  OK: 0,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

/** The end of a call: a status code, and for callers that log it a sentence of visible ASCII characters. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
}

/** The status of a call that has succeeded. */
export const OK: GrpcStatus = { code: STATUS.OK, details: "" };

/** The status of a call about a service that is not there, or not exposed to the caller. */
export const NO_SUCH_SERVICE: GrpcStatus = {
  code: STATUS.NOT_FOUND,
  details: "No service of this name.",
};

/** The status of a call whose response could not be made. */
export const FAILED: GrpcStatus = {
  code: STATUS.INTERNAL,
  details: "The health could not be reported.",
};

/** The status of every Watch at its end, after which its caller may try again, elsewhere or later. */
export const SHUTTING_DOWN: GrpcStatus = {
  code: STATUS.UNAVAILABLE,
  details: "The server is shutting down.",
};
