import { type Check, defineCheck, isCheck, type Run } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import type { KnownClient } from "./_bodies.ts";
import { recognise, unrecognised } from "./_recognise.ts";

/** What a check may be given as: a client that hale recognises, a check, or an async function. */
export type CheckInput = Check | Run | KnownClient;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names that are paths already. */
const TAKEN: readonly string[] = ["live", "ready", "startup", "deep"];

/** Bytes that the default body of deep may take; some load balancers read no more than this. */
const LARGEST_BODY = 10_239;

/**
 * Makes a check of everything that was registered, and sees that the names fit into paths and
 * bodies. Clients are recognised before functions, because some of them are functions.
 *
 * @throws `HALE_BAD_NAME`, `HALE_UNKNOWN_CLIENT`, `HALE_AMBIGUOUS_CLIENT`, `HALE_TOO_MANY_CHECKS`
 */
export function resolveChecks(inputs: Readonly<Record<string, unknown>>): Map<string, Check> {
  const checks = new Map<string, Check>();
  for (const [name, input] of Object.entries(inputs)) {
    if (!NAME.test(name) || TAKEN.includes(name)) throw new HaleError("HALE_BAD_NAME", name);
    checks.set(name, resolve(name, input));
  }
  const bytes = largestBody([...checks.keys()]);
  if (bytes > LARGEST_BODY) throw new HaleError("HALE_TOO_MANY_CHECKS", bytes, LARGEST_BODY);
  return checks;
}

function resolve(name: string, input: unknown): Check {
  if (isCheck(input)) return input;
  if (typeof input === "function" || (typeof input === "object" && input !== null)) {
    const known = recognise(name, input);
    if (known !== undefined) return known;
  }
  if (typeof input !== "function" || runsNothing(input)) throw unrecognised(name, input);
  return defineCheck({ scope: "dependency", run: input as Run });
}

/** Whether a call of this function would run nothing: it is a class, or a generator. */
function runsNothing(input: object): boolean {
  const kind = Object.prototype.toString.call(input);
  return kind.includes("Generator") || /^class\b/.test(Function.prototype.toString.call(input));
}

/** The longest body, in bytes, that the default format can write for these checks. */
function largestBody(names: readonly string[]): number {
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  return JSON.stringify({ status: "unhealthy", checks }).length;
}
