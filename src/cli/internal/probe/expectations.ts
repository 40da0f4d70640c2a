import { isDeepStrictEqual } from "node:util";
import { withoutCredentials } from "../quote.ts";
import { UsageError } from "../usage-error.ts";
import { excerpt } from "./excerpt.ts";
import type { HttpReply } from "./http-exchange.ts";
import { type JsonExpectation, valueAt } from "./json-pointer.ts";
import { type AttemptTime, matchWithin } from "./match-within.ts";
import { formatRanges, isInRanges, type StatusRange } from "./status-ranges.ts";

/** A response header that must be there, with a value or a pattern where one is given. */
export interface HeaderExpectation {
  readonly name: string;
  readonly value?: string | RegExp;
}

/** The expectations of a response; all of them must hold. */
export interface Expectations {
  readonly status: readonly StatusRange[];
  readonly headers: readonly HeaderExpectation[];
  /** Texts that the body contains. */
  readonly texts: readonly string[];
  /** Patterns that the body matches. */
  readonly patterns: readonly RegExp[];
  readonly json: readonly JsonExpectation[];
}

/**
 * Parses a regular expression.
 *
 * @throws UsageError
 */
export function parsePattern(text: string): RegExp {
  // It would match every body, as a variable does that is not set.
  if (text === "") throw new UsageError("must be a regular expression that is not empty");
  try {
    return new RegExp(text, "u");
  } catch {
    throw new UsageError("must be a regular expression");
  }
}

/**
 * Parses `name`, `name: value` or `name: /pattern/`.
 *
 * @throws UsageError
 */
export function parseHeaderExpectation(text: string): HeaderExpectation {
  const [, name, given] = /^([!#$%&'*+.^_`|~\w-]+)(?::\s*(.*?)\s*)?$/.exec(text) ?? [];
  if (name === undefined) {
    throw new UsageError(
      'must be the name of a header with a value, such as "content-type: /json/"',
    );
  }
  const [, pattern] = /^\/(.*)\/$/.exec(given ?? "") ?? [];
  const value = pattern === undefined ? given : parsePattern(pattern);
  return { name: name.toLowerCase(), ...(value === undefined ? {} : { value }) };
}

/**
 * Finds the first expectation that a response does not meet, as a reason; `undefined` when all are met.
 *
 * @throws ProbeFailure when the time of the attempt is over
 */
export function unmetBy(
  reply: HttpReply,
  expected: Expectations,
  time: AttemptTime,
): string | undefined {
  const { status, headers, texts, patterns, json } = expected;
  if (!isInRanges(reply.status, status)) {
    const received = `${reply.status}${redirectNote(reply)}`;
    return withBody(`expected status ${formatRanges(status)}, received ${received}`, reply);
  }
  for (const { name, value } of headers) {
    const received = reply.headers[name];
    if (received === undefined) return `expected a header ${name}, received none`;
    if (value !== undefined && !matches(received, value, time)) {
      return `expected the header ${name} to be ${shown(value)}, received ${shown(excerpt(received))}`;
    }
  }
  const text = texts.find((each) => !reply.body.includes(each));
  const unmet = text ?? patterns.find((pattern) => !matchWithin(pattern, reply.body, time));
  if (unmet !== undefined) return withBody(`expected ${shown(unmet)} in the body`, reply);
  return json.length === 0 ? undefined : unmetJson(reply, json);
}

/** Writes where a redirect leads, as an addition to its status; nothing for any other response. */
export function redirectNote({ status, headers: { location } }: HttpReply): string {
  const leads = status >= 300 && status < 400 && location !== undefined;
  return leads ? `, a redirect to ${excerpt(withoutCredentials(location))}` : "";
}

function matches(received: string, value: string | RegExp, time: AttemptTime): boolean {
  return typeof value === "string" ? received === value : matchWithin(value, received, time);
}

function unmetJson(reply: HttpReply, json: readonly JsonExpectation[]): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(reply.body);
  } catch {
    return withBody("expected a body of JSON", reply);
  }
  for (const { pointer, path, value } of json) {
    const received = valueAt(document, path);
    if (received === undefined) return withBody(`expected a value at ${pointer}`, reply);
    if (value !== undefined && !isDeepStrictEqual(received, value)) {
      const at = pointer === "" ? "as the body" : `at ${pointer}`;
      return `expected ${JSON.stringify(value)} ${at}, received ${excerpt(JSON.stringify(received))}`;
    }
  }
  return undefined;
}

function shown(value: string | RegExp): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Adds the start of the body to a reason. */
function withBody(reason: string, { body, truncated }: HttpReply): string {
  const start = excerpt(body);
  const note = truncated ? " (only its start was read)" : "";
  return start === "" ? `${reason}${note}` : `${reason}${note}: ${start}`;
}
