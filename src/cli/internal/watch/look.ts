import type { IncomingMessage } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Sighting } from "./endpoint-history.ts";
import { reasonOf, statedStatus } from "./reason-of.ts";

/** Bytes of a body that are read: a report of a thousand checks has fewer. */
const MAX_BODY = 1024 * 1024;

export interface LookOptions {
  /** Milliseconds until the response has to be complete. */
  readonly timeout: number;
  /** The access token that is sent. */
  readonly token: string | undefined;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** Sends one request to an endpoint, and concludes its status. Never rejects. */
export async function look(url: URL, options: LookOptions): Promise<Sighting> {
  const started = performance.now();
  try {
    const { status, body } = await responseOf(url, options);
    return { ...conclude(status, body), latency: performance.now() - started };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ABORT_ERR" ? `no response within ${options.timeout} ms` : message;
    return { status: "down", reason, latency: undefined };
  }
}

function conclude(status: number, body: string): Omit<Sighting, "latency"> {
  const reason = reasonOf(body);
  if (status < 200 || status >= 300) {
    return { status: "down", reason: reason === "" ? `${status}` : `${status}: ${reason}` };
  }
  const isDegraded = ["degraded", "warn", "warning"].includes(statedStatus(body) ?? "");
  return isDegraded ? { status: "degraded", reason } : { status: "up", reason: "" };
}

function responseOf(
  url: URL,
  { timeout, token, signal }: LookOptions,
): Promise<{ readonly status: number; readonly body: string }> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const headers = {
    "user-agent": "hale-watch",
    accept: "*/*",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
    request(url, { agent: false, headers, signal: limit, rejectUnauthorized: false }, (response) =>
      readBody(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, body }),
        reject,
      ),
    )
      .on("error", reject)
      .end();
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY) throw new Error(`the body is longer than ${MAX_BODY} bytes`);
  }
  return Buffer.concat(chunks).toString();
}
