import type { CommandCode } from "../../../contract/errors.ts";

/** A failure to learn anything of a fleet: what happened, and what to do. It says nothing of any service. */
export class PrometheusFailure extends Error {
  override readonly name = "PrometheusFailure";
  readonly code: CommandCode;

  constructor(code: CommandCode, message: string) {
    super(message);
    this.code = code;
  }
}
