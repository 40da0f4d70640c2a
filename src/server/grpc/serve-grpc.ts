import type { HealthInternals, ResponseOverrides } from "../../health-internals.ts";
import type { GrpcListenAddress } from "../internal/grpc-options.ts";
import type { RunningServer } from "../internal/probe-server.ts";
import { followHealth } from "./follow-health.ts";
import { openGrpcServer } from "./grpc-server.ts";

/** Serves the gRPC health of a service from this thread. Rejects with the error of the system for a port. */
export async function serveGrpc(
  parts: HealthInternals,
  address: GrpcListenAddress,
  overrides: ResponseOverrides | undefined,
): Promise<RunningServer> {
  const { service, watches, stop } = followHealth(parts, overrides);
  try {
    const { port, close } = await openGrpcServer({ service, watches, clock: parts.clock, address });
    return {
      port,
      async close() {
        stop();
        await close();
      },
    };
  } catch (failure) {
    stop();
    throw failure;
  }
}
