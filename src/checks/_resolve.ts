import { type Check, defineCheck, isCheck, type Run } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { HOP_GROUP } from "../contract/hop.ts";
import { OBJECT, RECORD } from "../contract/options.ts";
import type { KnownClient } from "./_bodies.ts";
import { isMethodOfClients, recognise, unrecognised } from "./_recognise.ts";

/** What a check may be given as: a client that hale recognises, a check, or an async function. */
export type CheckInput = Check | Run | KnownClient;

/**
 * What a group may be given as: an object of checks, which get the group's name before theirs, or a list of the
 * names of checks that are registered.
 */
export type GroupInput = readonly string[] | { readonly [name: string]: CheckInput | GroupInput };

/** What was registered. */
export interface Registered {
  readonly resolved: ReadonlyMap<string, Check>;
  /** The groups of each check that is in one. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names that are paths already. */
const TAKEN: readonly string[] = ["live", "ready", "startup", "deep"];

/** Bytes that the default body of deep may take; some load balancers read no more than this. */
const LARGEST_BODY = 10_239;

/**
 * Makes a check of everything that was registered, and sees that the names fit into paths and
 * bodies. Clients are recognised before functions and groups, because some of them look like these.
 *
 * @throws `HALE_BAD_NAME`, `HALE_DUPLICATE_CHECK`, `HALE_UNKNOWN_CLIENT`, `HALE_AMBIGUOUS_CLIENT`,
 *   `HALE_UNKNOWN_MEMBER`, `HALE_TOO_MANY_CHECKS`
 */
export function resolveChecks(inputs: Readonly<Record<string, unknown>>): Registered {
  const resolved = new Map<string, Check>();
  const groups = new Map<string, string[]>();
  const lists: [name: string, members: readonly string[]][] = [];

  function register(inputs: object, above: readonly string[]): void {
    for (const [key, input] of Object.entries(inputs)) {
      const name = above.length > 0 ? `${above.at(-1)}.${key}` : key;
      if (!NAME.test(name) || TAKEN.includes(name)) throw new HaleError("HALE_BAD_NAME", name);
      if (isListOfNames(input)) {
        lists.push([name, input]);
        continue;
      }
      const check = resolve(name, input);
      if (check === undefined) {
        register(input as object, [...above, name]);
        continue;
      }
      if (resolved.has(name)) throw new HaleError("HALE_DUPLICATE_CHECK", name);
      resolved.set(name, check);
      groups.set(name, check.hop ? [...above, HOP_GROUP] : [...above]);
    }
  }

  register(inputs, []);
  for (const [group, members] of lists) {
    for (const member of members) {
      const named = [...groups].filter(([name, of]) => name === member || of.includes(member));
      if (named.length === 0) throw new HaleError("HALE_UNKNOWN_MEMBER", group, member);
      for (const [, of] of named) of.push(group);
    }
  }
  const bytes = largestBody([...resolved.keys()]);
  if (bytes > LARGEST_BODY) throw new HaleError("HALE_TOO_MANY_CHECKS", bytes, LARGEST_BODY);
  return { resolved, groups };
}

/** The check that was given; `undefined` for a group of them. */
function resolve(name: string, input: unknown): Check | undefined {
  if (isCheck(input)) return input;
  if (OBJECT.accepts(input)) {
    const known = recognise(name, input as object);
    if (known !== undefined) return known;
    if (RECORD.accepts(input) && isGroup(input as object)) return undefined;
  }
  if (typeof input !== "function" || runsNothing(input)) throw unrecognised(name, input);
  return defineCheck({ scope: "dependency", run: input as Run });
}

function isListOfNames(input: unknown): input is readonly string[] {
  const isName = (item: unknown) => typeof item === "string";
  return Array.isArray(input) && input.length > 0 && input.every(isName);
}

/** Whether an object holds checks. A client that hale does not know holds methods instead. */
function isGroup(input: object): boolean {
  const entries = Object.entries(input);
  return (
    entries.length > 0 &&
    !entries.some(([name, value]) => typeof value === "function" && isMethodOfClients(name))
  );
}

/** Whether a call of this function would run nothing: it is a class, or a generator. */
function runsNothing(input: object): boolean {
  return /^(class\b|(async )?(function)?\s*\*)/.test(Function.prototype.toString.call(input));
}

/** The longest body, in bytes, that the default format can write for these checks. */
function largestBody(names: readonly string[]): number {
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  return JSON.stringify({ status: "unhealthy", checks }).length;
}
