import { formatDuration } from "../duration.ts";
import { printable } from "../printable.ts";
import { excerpt } from "./excerpt.ts";
import { reasonOfCode } from "./failure-reasons.ts";

/** The step of an attempt that failed. */
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

/** Describes why an attempt failed: a timeout, or what a socket or a parser of Node reported. */
export function describeFailure(error: unknown, stage: Stage): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  if (error instanceof TimeoutReason) {
    const reason = `timed out after ${formatDuration(error.milliseconds)}, ${WAITING[stage]}`;
    return new ProbeFailure(TIMEOUT, reason, stage);
  }
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const reason = reasonOfCode(code) ?? message;
  return new ProbeFailure(code, `${excerpt(reason)}${code === "" ? "" : ` (${code})`}`, stage);
}
