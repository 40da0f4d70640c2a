import type { Outcome, OutcomeStatus } from "../../../contract/check.ts";
import { unexpectedReply } from "../../../contract/check-failures.ts";

/** The words of the default format, and what they are here. */
const WORDS: Readonly<Record<string, OutcomeStatus>> = {
  ok: "up",
  healthy: "up",
  degraded: "degraded",
  failed: "down",
  unhealthy: "down",
};

/** The number of failing checks that a reason names. */
const MOST_NAMED = 5;

/**
 * Reads the response of another hale service, in the default format, with details or without. `hide` masks what the
 * outcome quotes.
 */
export function readVerdict(code: number, text: string, hide: (text: string) => string): Outcome {
  const { status: word, reason, checks } = parse(text);
  const status = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (status === undefined || (code !== 200 && code !== 503)) throw unexpected(code, hide(text));
  if (status === "up") return { status };
  const failing = Object.entries(checks)
    .map(([name, line]) => ({ name, ...toLine(line) }))
    .filter(({ word }) => word !== "ok")
    .slice(0, MOST_NAMED)
    .map(({ name, word, reason }) => `${name} ${word}${reason === "" ? "" : ` (${reason})`}`);
  const why = hide(failing.join(", ") || reason);
  return { status, reason: `The service says that it is ${word}${why === "" ? "." : `: ${why}`}` };
}

/** A check is one word, or with details an object that has it. */
function toLine(line: unknown): { readonly word: string; readonly reason: string } {
  if (typeof line === "string") return { word: line, reason: "" };
  const { status = "", reason = "" } = (line ?? {}) as Record<string, unknown>;
  return { word: String(status), reason: String(reason) };
}

interface Verdict {
  readonly status: string;
  readonly reason: string;
  readonly checks: object;
}

function parse(text: string): Verdict {
  try {
    const { status, reason = "", checks = {} } = JSON.parse(text);
    return { status: String(status), reason: String(reason), checks: Object(checks) };
  } catch {
    return { status: "", reason: "", checks: {} };
  }
}

function unexpected(code: number, text: string): Error {
  return unexpectedReply("the health of a hale service", `${code} ${text}`);
}
