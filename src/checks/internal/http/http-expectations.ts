import { unexpectedReply } from "../../../contract/check-failures.ts";
import {
  FUNCTION,
  RECORD,
  type Rule,
  type Rules,
  validateOptions,
} from "../../../contract/options.ts";
import type { HttpAnswer } from "./http-requester.ts";

/** The expectations of a response; all of them must hold. */
export interface HttpExpectations {
  /**
   * The status code, or a list of those that are right.
   *
   * @default 200 to 299
   */
  readonly status?: number | readonly number[] | undefined;
  /** Response headers by name: the whole value, or a pattern that it matches. */
  readonly headers?: Readonly<Record<string, string | RegExp>> | undefined;
  /** A text that the body contains, or a pattern that it matches. */
  readonly text?: string | RegExp | undefined;
  /** Is given the body, parsed as JSON, and returns whether it is right. */
  readonly json?: ((body: unknown) => boolean) | undefined;
}

const isStatus = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
const isTextOrPattern = (value: unknown) => typeof value === "string" || value instanceof RegExp;

const RULES: Rules<HttpExpectations> = {
  status: {
    expected: "a status code from 100 to 599, or a list of one or more",
    accepts: (value) =>
      Array.isArray(value) ? value.length > 0 && value.every(isStatus) : isStatus(value),
  },
  headers: {
    expected: "an object of texts and regular expressions",
    accepts: (value) =>
      RECORD.accepts(value) && Object.values(value as object).every(isTextOrPattern),
  },
  text: { expected: "a text or a regular expression", accepts: isTextOrPattern },
  json: FUNCTION,
};

/** The option `expect`, which is looked into by {@link validateExpectations}. */
export const EXPECT: Rule = RECORD;

/**
 * Refuses expectations that cannot be met.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function validateExpectations(owner: string, expect: HttpExpectations): void {
  validateOptions(`"expect" of ${owner}`, expect, RULES);
}

/** The first expectation that an answer does not meet, as a reason; `undefined` when all are met. */
export function unmet(
  { status, headers = {}, text, json }: HttpExpectations,
  answer: HttpAnswer,
  hide: (text: string) => string,
): string | undefined {
  if (!isRightStatus(status, answer.status)) {
    const expected = status === undefined ? "200 to 299" : [status].flat().join(" or ");
    return unexpected(`status ${expected}`, answer.status);
  }
  for (const [name, wanted] of Object.entries(headers)) {
    const value = answer.header(name);
    if (
      value === null ||
      !(typeof wanted === "string" ? value === wanted : matches(value, wanted))
    ) {
      return unexpected(
        `${shown(wanted)} in the header ${name}`,
        value === null ? null : hide(value),
      );
    }
  }
  if (text === undefined && json === undefined) return undefined;
  const { text: body } = answer;
  if (body === undefined) return unexpected('a body within "bodyLimit"', "a longer one");
  if (text !== undefined && !matches(body, text)) {
    return unexpected(`${shown(text)} in the body`, hide(body));
  }
  return json === undefined ? undefined : unmetJson(json, body, hide);
}

function unmetJson(
  json: (body: unknown) => boolean,
  body: string,
  hide: (text: string) => string,
): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return unexpected("a body of JSON", hide(body));
  }
  const verdict: unknown = json(parsed);
  // A promise is no verdict, and must not end the process when it rejects.
  if (verdict instanceof Promise) verdict.catch(() => {});
  return verdict === true ? undefined : unexpected("a body that json() accepts", hide(body));
}

function isRightStatus(wanted: HttpExpectations["status"], status: number): boolean {
  return wanted === undefined ? status >= 200 && status < 300 : [wanted].flat().includes(status);
}

/** Unlike `test`, `search` does not remember where the last match ended. */
function matches(value: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? value.includes(wanted) : value.search(wanted) >= 0;
}

function shown(wanted: string | RegExp): string {
  return typeof wanted === "string" ? JSON.stringify(wanted) : String(wanted);
}

function unexpected(expected: string, actual: unknown): string {
  return unexpectedReply(expected, actual).message;
}
