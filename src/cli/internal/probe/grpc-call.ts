import { frameOf, PREFIX_LENGTH, prefixOf } from "../../../grpc/frames.ts";
import { decodeCheckResponse, encodeCheckRequest, HEALTH_SERVICE } from "../../../grpc/messages.ts";
import { VERSION } from "../version.ts";
import { excerpt } from "./excerpt.ts";
import { onAbort } from "./on-abort.ts";
import { describeFailure, ProbeFailure, type Stage } from "./probe-failure.ts";
import type { GrpcTarget } from "./target.ts";
import { type TlsSettings, tlsOptions } from "./tls-settings.ts";

/** The most bytes of a reply: one status takes two. */
const MAX_REPLY = 4096;

/** The names of the gRPC status codes that a health service sends, or that come instead of one. */
const CODES = new Map([
  ["1", "CANCELLED"],
  ["2", "UNKNOWN"],
  ["4", "DEADLINE_EXCEEDED"],
  ["5", "NOT_FOUND"],
  ["7", "PERMISSION_DENIED"],
  ["8", "RESOURCE_EXHAUSTED"],
  ["12", "UNIMPLEMENTED"],
  ["13", "INTERNAL"],
  ["14", "UNAVAILABLE"],
  ["16", "UNAUTHENTICATED"],
]);

/** The metadata of a call that its caller decides. */
export interface CallMetadata {
  readonly userAgent?: string | undefined;
  /** The credential, such as `Bearer …`. */
  readonly authorization?: string | undefined;
}

/**
 * Calls `Check` of grpc.health.v1, over TLS or with HTTP/2 in plain text, and returns the serving status.
 *
 * @throws ProbeFailure also for a gRPC status other than OK
 */
export async function callHealthCheck(
  target: GrpcTarget,
  tls: TlsSettings,
  { userAgent, authorization }: CallMetadata,
  signal: AbortSignal,
): Promise<string> {
  const http2 = await import("node:http2");
  let stage: Stage = "connect";
  const origin = `${target.secure ? "https" : "http"}://${target.authority}`;
  const session = http2.connect(origin, target.secure ? tlsOptions(tls) : {});
  return new Promise((resolve, reject) => {
    const settle = () => {
      release();
      session.destroy();
    };
    const fail = (error: unknown) => {
      settle();
      reject(describeFailure(error, stage));
    };
    session.on("error", fail);
    session.on("connect", () => {
      stage = "response";
    });
    const stream = session.request({
      ":method": "POST",
      ":path": `/${HEALTH_SERVICE}/Check`,
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": userAgent ?? `hale/${VERSION}`,
      ...(authorization === undefined ? {} : { authorization }),
    });
    const chunks: Buffer[] = [];
    let length = 0;
    let headers: Record<string, unknown> = {};
    // A stream is cancelled when its session fails, and has the failure as its cause.
    stream.on("error", (error) => fail(error.cause ?? error));
    stream.on("response", (received) => {
      headers = { ...received };
    });
    stream.on("trailers", (received) => {
      headers = { ...headers, ...received };
    });
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_REPLY) fail(protocolError("the reply is too long"));
      else chunks.push(chunk);
    });
    // Not "end", after which trailers may still come.
    stream.on("close", () => {
      try {
        const status = servingStatus(headers, Buffer.concat(chunks));
        settle();
        resolve(status);
      } catch (error) {
        fail(error);
      }
    });
    const release = onAbort(signal, fail);
    stream.end(frameOf(encodeCheckRequest(target.service)));
  });
}

/** The serving status in a response: its headers with its trailers, and its body. */
function servingStatus(headers: Readonly<Record<string, unknown>>, body: Uint8Array): string {
  const code = headers["grpc-status"];
  if (code === undefined) {
    const status = headers[":status"];
    throw protocolError(status === undefined ? "the stream was closed" : `HTTP status ${status}`);
  }
  if (code !== "0") {
    const number = excerpt(String(code));
    const name = CODES.get(number) ?? "an unknown status";
    const detail = excerpt(decodeMessage(headers["grpc-message"]));
    throw new ProbeFailure(
      name,
      `gRPC status ${number} ${name}${detail === "" ? "" : `: ${detail}`}`,
      "body",
    );
  }
  const prefix = prefixOf(body);
  if (prefix === undefined || prefix.compressed || body.length < PREFIX_LENGTH + prefix.length) {
    throw protocolError("the reply cannot be read");
  }
  return decodeCheckResponse(body.subarray(PREFIX_LENGTH, PREFIX_LENGTH + prefix.length));
}

/** Decodes the percent-encoded `grpc-message`; one that is encoded wrongly is returned as it is. */
function decodeMessage(message: unknown): string {
  try {
    return decodeURIComponent(String(message ?? ""));
  } catch {
    return String(message);
  }
}

function protocolError(what: string): ProbeFailure {
  return new ProbeFailure("", `not a gRPC response: ${what}`, "body");
}
