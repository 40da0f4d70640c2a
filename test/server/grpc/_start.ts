import { onTestFinished } from "vitest";
import { createHealth, type HealthOptions } from "../../../src/health.ts";
import { internalsOf } from "../../../src/health-internals.ts";
import { followHealth } from "../../../src/server/grpc/follow-health.ts";
import { GRPC_LIMITS, type GrpcLimits } from "../../../src/server/grpc/grpc-limits.ts";
import { openGrpcServer } from "../../../src/server/grpc/grpc-server.ts";
import { openSession } from "../../_support/raw-grpc.ts";

/** A gRPC health server with these limits, of a health with a check that is up and one that is down. */
export async function startGrpc(limits: Partial<GrpcLimits> = {}, options: HealthOptions = {}) {
  const health = createHealth({
    checks: { database: async () => {}, cache: async () => false },
    logger: false,
    ...options,
  });
  const parts = internalsOf("test", health);
  const { service, watches, stop } = followHealth(parts);
  const address = { port: 0, host: "127.0.0.1", tls: undefined };
  const { port, close } = await openGrpcServer(
    { service, watches, clock: parts.clock, address },
    { ...GRPC_LIMITS, ...limits },
  );
  onTestFinished(async () => {
    stop();
    await close();
    await health.close();
  });
  /** Opens a session to it, to write calls by hand on. */
  const open = async () => {
    const session = await openSession(port);
    onTestFinished(() => session.destroy());
    return session;
  };
  return { health, parts, watches, port, close, open };
}
