import { type GrpcClient, grpc } from "../../grpc.ts";
import type { Opener } from "./opener.ts";

interface GrpcJs {
  readonly Client: new (address: string, credentials: unknown) => GrpcClient & { close(): void };
  readonly credentials: { createInsecure(): unknown; createSsl(): unknown };
}

/** `grpc://host:port/service`, or `grpcs:` with TLS. */
export const opener: Opener = {
  schemes: ["grpc", "grpcs"],
  packages: ["@grpc/grpc-js"],
  async open({ protocol, host, pathname }, { driver, options }) {
    const { Client, credentials } = await driver<GrpcJs>("@grpc/grpc-js");
    const secured = protocol === "grpcs:" ? credentials.createSsl() : credentials.createInsecure();
    const client = new Client(host, secured);
    const service = decodeURIComponent(pathname.replace(/^\//, ""));
    return { check: grpc({ ...options, client, service }), close: () => client.close() };
  },
};
