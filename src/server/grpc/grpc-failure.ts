import type { GrpcStatus } from "./grpc-status.ts";

/** A call that ends with a status other than OK. */
export class GrpcFailure extends Error implements GrpcStatus {
  readonly code: number;
  readonly details: string;

  constructor(code: number, details: string) {
    super(details);
    this.name = "GrpcFailure";
    this.code = code;
    this.details = details;
  }
}
