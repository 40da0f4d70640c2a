import { formatDuration } from "../duration.ts";
import { printable } from "../printable.ts";
import { excerpt } from "./excerpt.ts";

/** How far an attempt had come when it failed. */
export type Stage = "connect" | "handshake" | "response" | "body";

const WAITING: Readonly<Record<Stage, string>> = {
  connect: "while connecting",
  handshake: "during the TLS handshake",
  response: "waiting for the response",
  body: "reading the body",
};

/**
 * A failed attempt to get a reply: refused, reset, timed out, or not of the protocol. Its message is one printable line,
 * whatever a server has sent.
 */
export class ProbeFailure extends Error {
  override readonly name = "ProbeFailure";
  readonly code: string;
  readonly stage: Stage;

  constructor(code: string, reason: string, stage: Stage) {
    super(printable(reason));
    this.code = code;
    this.stage = stage;
  }
}

/** The code of an attempt that took longer than it may. */
export const TIMEOUT = "HALE_TIMEOUT";

/** The reason with which a signal is aborted when the time of an attempt is over. */
export class TimeoutReason {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }
}

const REASONS = new Map(
  Object.entries({
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    EPIPE: "connection closed",
    EHOSTUNREACH: "host unreachable",
    ENETUNREACH: "network unreachable",
    EADDRNOTAVAIL: "address not available",
    ETIMEDOUT: "connection timed out",
    ENOTFOUND: "host name not found",
    EAI_AGAIN: "host name lookup failed",
    ENOENT: "no such socket",
    ENOTSOCK: "not a socket",
    EACCES: "permission denied",
    DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
    SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in the chain",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate of an unknown authority",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate of an unknown authority",
    CERT_HAS_EXPIRED: "certificate expired",
  }),
);

const FAMILIES: readonly (readonly [codes: RegExp, reason: string])[] = [
  [/^HPE_/, "not an HTTP response"],
  [/^ERR_HTTP2_/, "no HTTP/2 connection"],
  [/^(?:EPROTO$|ERR_SSL_)/, "TLS handshake failed"],
];

/** Describes why an attempt failed: a timeout, or what a socket or a parser of Node reported. */
export function describeFailure(error: unknown, stage: Stage): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  if (error instanceof TimeoutReason) {
    const reason = `timed out after ${formatDuration(error.milliseconds)}, ${WAITING[stage]}`;
    return new ProbeFailure(TIMEOUT, reason, stage);
  }
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const reason =
    REASONS.get(code) ?? FAMILIES.find(([family]) => family.test(code))?.[1] ?? message;
  return new ProbeFailure(code, `${excerpt(reason)}${code === "" ? "" : ` (${code})`}`, stage);
}
