import { badOption } from "../../contract/misuse.ts";
import { hasMethods, kindOf, OBJECT } from "../../contract/options.ts";

/** A reply of a health endpoint in the default format, from whatever client has received it. */
export interface HttpReply {
  readonly status: number;
  /** The word of the probe, such as `ok` or `unhealthy`. */
  readonly word: string;
  /** The words of the checks by name, where the body lists them. */
  readonly checks: Readonly<Record<string, string>> | undefined;
}

/** The properties by which clients give status and body; Playwright gives the status by a function. */
interface ResponseLike {
  readonly status?: number | (() => number);
  readonly statusCode?: number;
  readonly text?: string | (() => Promise<string>);
  readonly body?: unknown;
  readonly data?: unknown;
  clone?(): ResponseLike;
}

/**
 * Reads a response of `fetch`, supertest, `inject`, Playwright, axios or `health.handle()`. A response of `fetch`
 * can still be read afterwards.
 *
 * @throws `HALE_BAD_OPTION` for what is no response, or has no JSON body of hale
 */
export async function readReply(owner: string, received: unknown): Promise<HttpReply> {
  const expected = "a health, or a response of a health endpoint in the default format";
  const refuse = (actual: string, hint = "") =>
    badOption(owner, "received", expected, actual, hint);
  if (!OBJECT.accepts(received)) throw refuse(kindOf(received));
  const response = received as ResponseLike;
  const status = statusOf(response);
  if (status === undefined) {
    throw refuse(kindOf(received), hasMethods(received, ["then"]) ? "Await it first." : "");
  }
  const body = await bodyOf(response).catch((cause: unknown) => {
    throw refuse(
      `one with status ${status} whose body cannot be read: ${String(cause).replace(/\.+$/, "")}`,
    );
  });
  const { status: word, checks } = (OBJECT.accepts(body) ? body : {}) as Record<string, unknown>;
  if (!isWord(word)) {
    throw refuse(
      `one with status ${status} and another body`,
      "Request a path of hale, such as /health/ready or /health/deep.",
    );
  }
  return { status, word, checks: OBJECT.accepts(checks) ? wordsOf(checks as object) : undefined };
}

/** The words of a probe in the default format. */
const WORDS: readonly unknown[] = ["ok", "failed", "healthy", "degraded", "unhealthy"];

function isWord(value: unknown): value is string {
  return WORDS.includes(value);
}

function statusOf(response: ResponseLike): number | undefined {
  const { status, statusCode } = response;
  const found = typeof status === "function" ? status.call(response) : (status ?? statusCode);
  return typeof found === "number" ? found : undefined;
}

async function bodyOf(response: ResponseLike): Promise<unknown> {
  // The body of a `Response` can be read once; the caller may want to read it too.
  const readable = hasMethods(response, ["clone"]) ? response.clone?.() : response;
  const { text, body, data } = readable as ResponseLike;
  if (typeof text === "function") return parse(await text.call(readable));
  return parse(typeof text === "string" && text !== "" ? text : (body ?? data));
}

function parse(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The word of each check; with details, a check is an object. */
function wordsOf(checks: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [
      name,
      typeof check === "string" ? check : String(check?.status),
    ]),
  );
}
