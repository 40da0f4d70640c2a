import { Server, ServerCredentials } from "@grpc/grpc-js";
import { HealthImplementation, type ServingStatusMap } from "grpc-health-check";
import { onTestFinished } from "vitest";
import { CERTIFICATE } from "../_support/certificate.ts";

export interface GrpcServerOptions {
  readonly statuses?: ServingStatusMap;
  readonly secure?: boolean;
}

/** Starts a gRPC server of `@grpc/grpc-js`, with a health service where statuses are given, and resolves to its port. */
export async function startGrpc({ statuses, secure = false }: GrpcServerOptions): Promise<number> {
  const server = new Server();
  if (statuses !== undefined) new HealthImplementation(statuses).addToServer(server);
  const pair = {
    private_key: Buffer.from(CERTIFICATE.key),
    cert_chain: Buffer.from(CERTIFICATE.cert),
  };
  const credentials = secure
    ? ServerCredentials.createSsl(null, [pair])
    : ServerCredentials.createInsecure();
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
