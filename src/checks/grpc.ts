import type { Check, CheckOptions, RunContext } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import type { Rule } from "../contract/options.ts";
import { decodeCheckResponse, encodeCheckRequest, HEALTH_SERVICE } from "../grpc/messages.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { messageOf, permissionDenied } from "./internal/common/refusals.ts";
import { builtin } from "./internal/process/builtin.ts";

/** The part of a client of `@grpc/grpc-js` that this check calls; every client has it, of whatever service. */
export interface GrpcClient {
  makeUnaryRequest(
    method: string,
    serialize: (request: Uint8Array) => never,
    deserialize: (bytes: Uint8Array) => Uint8Array,
    request: Uint8Array,
    done: (failure: Error | null, reply?: Uint8Array) => void,
  ): { cancel(): void };
  waitForReady(deadline: Date, done: (failure?: Error) => void): void;
}

/** The options of {@link grpc}. */
export interface GrpcOptions extends CheckOptions {
  /** A client that the service already has of that server, so that its own channel is what gets probed. */
  client: ClientSource<GrpcClient>;
  /**
   * The service that is asked about, by its full name, such as `shop.v1.Payments`.
   *
   * @default "", which is the server as a whole
   */
  service?: string | undefined;
}

const SERVICE: Rule = {
  expected: "the full name of a service",
  accepts: (value) => typeof value === "string",
};

const METHOD = `/${HEALTH_SERVICE}/Check`;

/**
 * Probes a gRPC server by the health checking protocol, and expects `SERVING`.
 *
 * It goes through the channel of a client that the service has; a run that is aborted cancels its call.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { Client, credentials } from "@grpc/grpc-js";
 * import { createHealth } from "hale";
 * import { grpc } from "hale/checks";
 *
 * const client = new Client("127.0.0.1:50051", credentials.createInsecure());
 * const payments = grpc({ client, service: "shop.v1.Payments" });
 * const health = createHealth({ checks: { payments } });
 * ```
 */
export function grpc(options: GrpcOptions): Check {
  const { Buffer } = builtin("grpc()", "node:buffer");
  return clientCheck(
    "grpc",
    options,
    { service: SERVICE },
    (client: GrpcClient, { service = "" }) => {
      const request = encodeCheckRequest(service);
      return async ({ signal }: RunContext) => {
        const startedAt = performance.now();
        const reply = await new Promise<Uint8Array | string | undefined>((resolve, reject) => {
          const call = client.makeUnaryRequest(
            METHOD,
            (bytes) => Buffer.from(bytes) as never,
            (bytes) => bytes,
            request,
            (failure, bytes) => {
              signal.removeEventListener("abort", cancel);
              if (failure === null) resolve(bytes);
              else if (isRefusedByName(failure)) resolve(messageOf(failure));
              else reject(failure);
            },
          );
          const cancel = () => call.cancel();
          signal.addEventListener("abort", cancel, { once: true });
        });
        // The server has answered, and has identified the client; how the named service is stays unknown.
        if (typeof reply === "string")
          return service === "" ? { status: "up" } : permissionDenied(reply);
        const status = statusIn(reply ?? new Uint8Array());
        if (status !== "SERVING") throw unexpectedReply("SERVING", status);
        const responseTime = Math.round(performance.now() - startedAt);
        return {
          status: "up",
          observations: { responseTime: { value: responseTime, unit: "ms" } },
        };
      };
    },
  );
}

/** PERMISSION_DENIED; a caller that the server does not know is UNAUTHENTICATED. The driver makes it of HTTP 403 too. */
function isRefusedByName(failure: unknown): boolean {
  const { code, details } = failure as { code?: unknown; details?: unknown };
  return code === 7 && !String(details).startsWith("Received HTTP status code");
}

function statusIn(reply: Uint8Array): string {
  try {
    return decodeCheckResponse(reply);
  } catch {
    return "a reply that cannot be read";
  }
}
