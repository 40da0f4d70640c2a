import { hasMethods } from "../../../contract/options.ts";

/** A client of HTTP requests. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

/** A `fetch`: that of the runtime, of undici, or one of the service's own with the same promises. */
export type HttpFetch = (
  url: string,
  request: HttpRequest,
) => PromiseLike<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: object | null;
}>;

/** A dispatcher of undici, such as an Agent, a Pool or a ProxyAgent, by the part that is called. */
export interface HttpDispatcher {
  request(options: {
    readonly origin: string;
    readonly path: string;
    readonly method: "GET" | "HEAD" | "OPTIONS";
    readonly headers: Record<string, string>;
    readonly signal: AbortSignal;
  }): PromiseLike<{
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly body: object;
  }>;
  dispatch(...parameters: never[]): unknown;
}

/** One answer, whose body has not been read. */
export interface HttpReply {
  readonly status: number;
  header(name: string): string | null;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** The rule of a client that makes HTTP requests. */
export const HTTP_CLIENT = {
  expected: "a fetch function, or a dispatcher of undici",
  secret: true,
  accepts: (value: unknown) =>
    typeof value === "function" || hasMethods(value, ["request", "dispatch"]),
};

/** Makes one request through either kind of client, and follows no redirect. */
export async function request(
  client: HttpFetch | HttpDispatcher,
  url: URL,
  {
    method,
    headers,
    signal,
  }: { method: "GET" | "HEAD" | "OPTIONS" } & Omit<HttpRequest, "redirect">,
): Promise<HttpReply> {
  if (typeof client === "function") {
    const reply = await client(url.href, { method, headers, redirect: "manual", signal });
    return {
      status: reply.status,
      header: (name) => reply.headers.get(name),
      body: reply.body as AsyncIterable<Uint8Array> | null,
    };
  }
  const path = url.pathname + url.search;
  const reply = await client.request({ origin: url.origin, path, method, headers, signal });
  const body = reply.body as AsyncIterable<Uint8Array> & Failing;
  // A body that is left before its end says so by an event, which nobody waits for.
  body.on("error", () => {});
  return {
    status: reply.statusCode,
    header(name) {
      const value = reply.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : (value ?? null);
    },
    body,
  };
}

interface Failing {
  on(event: "error", listener: () => void): unknown;
}
