import { unexpectedReply } from "../../../contract/check-failures.ts";
import { type Secrets, secretsOf } from "../../../contract/header-secrets.ts";
import { type HttpDispatcher, type HttpFetch, type HttpReply, request } from "./http-client.ts";
import { plainHeaders, splitCredentials } from "./http-url.ts";

/** The parts of a request. */
export interface ExchangeOptions {
  readonly url: string | URL;
  readonly method?: "GET" | "HEAD" | "OPTIONS" | undefined;
  readonly headers?: Headers | Readonly<Record<string, string>> | undefined;
  readonly redirect?: "refuse" | "same-origin" | undefined;
  /** Bytes of the body that are read. */
  readonly bodyLimit?: number | undefined;
  readonly client?: HttpFetch | HttpDispatcher | undefined;
}

/** An answer that was read whole, or as far as the limit. */
export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | null;
  /** `undefined` when it is longer than the limit. */
  readonly text: string | undefined;
  /** Milliseconds from the request to the end of the answer. */
  readonly responseTime: number;
}

/** Makes the same request again and again. */
export interface Exchange {
  ask(signal: AbortSignal): Promise<HttpAnswer>;
  readonly secrets: Secrets;
}

/** Bytes of a body that are read where nothing else is said. */
export const BODY_LIMIT = 65_536;

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;

/** The runtime's own `fetch`, as it is when it is called, since it may be instrumented later. */
const ownFetch: HttpFetch = (url, init) => fetch(url, init);

/** Prepares a request. Bodies are read to their end or given up, so that connections are reused. */
export function createExchange({
  url: given,
  method = "GET",
  headers: own = {},
  redirect = "refuse",
  bodyLimit = BODY_LIMIT,
  client = ownFetch,
}: ExchangeOptions): Exchange {
  const { url: first, authorization } = splitCredentials(given);
  const headers = { ...(authorization !== undefined && { authorization }), ...plainHeaders(own) };
  const secrets = secretsOf(headers);

  async function ask(signal: AbortSignal): Promise<HttpAnswer> {
    const startedAt = performance.now();
    let url = first;
    for (let redirects = 0; ; redirects++) {
      const reply = await request(client, url, { method, headers: { ...headers }, signal });
      const text = await readText(reply, bodyLimit);
      const next = redirect === "refuse" ? undefined : nextUrl(reply, url);
      if (next === undefined) {
        const { status } = reply;
        const responseTime = performance.now() - startedAt;
        return { status, header: (name) => reply.header(name), text, responseTime };
      }
      // Headers may hold a secret, which is for this origin alone.
      if (next.origin !== first.origin) {
        throw unexpectedReply("no redirect to another origin", next.origin);
      }
      if (redirects === MOST_REDIRECTS) {
        throw unexpectedReply(`at most ${MOST_REDIRECTS} redirects`, "another");
      }
      url = next;
    }
  }

  return {
    secrets,
    async ask(signal) {
      try {
        return await ask(signal);
      } catch (failure) {
        throw secrets.cleared(failure);
      }
    },
  };
}

function nextUrl(reply: HttpReply, url: URL): URL | undefined {
  const location = reply.header("location");
  if (!REDIRECTS.includes(reply.status) || location === null) return undefined;
  if (!URL.canParse(location, url.href)) return undefined;
  return new URL(location, url);
}

async function readText({ body }: HttpReply, limit: number): Promise<string | undefined> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop gives up the rest.
    if (size > limit) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
