import { type Check, defineCheck, isCheck, type Run } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { type Group, isGroup } from "../contract/group.ts";
import { badName, duplicateCheck, quoted } from "../contract/misuse.ts";
import { kindOf, OBJECT, sourceOf } from "../contract/options.ts";
import type { KnownClient } from "./internal/clients/client-checks.ts";
import { recognise, unrecognised } from "./internal/clients/recognise.ts";

export { adviceForClient } from "./internal/clients/recognise.ts";

/** An input that becomes a check: a client that hale recognises, a check, or an async function. */
export type CheckInput = Check | Run | KnownClient;

/** A group of checks and of groups. */
export interface CheckGroup extends Group<CheckInput | CheckGroup> {}

/** Checks and groups by name, as `createHealth` takes them. */
export type ChecksInput = Readonly<Record<string, CheckInput | CheckGroup>>;

/**
 * The registered checks and groups.
 *
 * @internal
 */
export interface Registered {
  readonly checks: ReadonlyMap<string, Check>;
  /** The names of the groups of each check that is in one. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** A group that names its members, and the groups that it stands in. */
interface List {
  readonly members: readonly string[];
  readonly above: readonly string[];
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names that are paths already. */
const TAKEN: readonly string[] = ["live", "ready", "startup", "deep"];

/**
 * Makes a check of everything that was registered. Checks and groups share one namespace. Clients are
 * recognised before functions, because some of them are functions.
 *
 * @throws `HALE_BAD_NAME`, `HALE_DUPLICATE_CHECK`, `HALE_UNKNOWN_CLIENT`, `HALE_AMBIGUOUS_CLIENT`,
 *   `HALE_UNKNOWN_MEMBER`
 *
 * @internal
 */
export function resolveChecks(inputs: Readonly<Record<string, unknown>>): Registered {
  const checks = new Map<string, Check>();
  const groups = new Map<string, string[]>();
  const lists = new Map<string, List>();
  const nestedGroups = new Set<string>();

  function register(inputs: object, above: readonly string[]): void {
    for (const [key, input] of Object.entries(inputs)) {
      const name = above.length > 0 ? `${above.at(-1)}.${key}` : key;
      if (!NAME.test(name) || TAKEN.includes(name)) throw badName(name);
      if (checks.has(name) || lists.has(name) || nestedGroups.has(name)) throw duplicateCheck(name);
      if (!isGroup(input)) {
        checks.set(name, resolveCheck(name, input));
        groups.set(name, [...above]);
      } else if (Array.isArray(input.members)) {
        lists.set(name, { members: input.members, above });
      } else {
        nestedGroups.add(name);
        register(input.members, [...above, name]);
      }
    }
  }

  /** Returns the checks of one name: itself, or those of the group that it is; lists may name lists. */
  function checksOf(name: string, within: readonly string[]): readonly string[] {
    const list = lists.get(name);
    if (list === undefined) {
      const own = [...groups].filter(([check, of]) => check === name || of.includes(name));
      const inner = [...lists].filter(([, { above }]) => above.includes(name));
      return [
        ...own.map(([check]) => check),
        ...inner.flatMap(([inside]) => checksOf(inside, within)),
      ];
    }
    return list.members.flatMap((member) => {
      const found = within.includes(member) ? [] : checksOf(member, [...within, member]);
      if (found.length > 0) return found;
      const message = `The group "${name}" names ${quoted(member)}, which is no check or group beside it. Name those that are registered, and none that the group is part of.`;
      throw new HaleError("HALE_UNKNOWN_MEMBER", message);
    });
  }

  register(inputs, []);
  const listed = [...lists].map(
    ([name, { above }]) => [[name, ...above], checksOf(name, [name])] as const,
  );
  for (const [names, members] of listed) {
    for (const member of members) {
      const of = groups.get(member);
      of?.push(...names.filter((name) => !of.includes(name)));
    }
  }
  return { checks, groups };
}

function resolveCheck(name: string, input: unknown): Check {
  if (isCheck(input)) return input;
  const known = OBJECT.accepts(input) ? recognise(name, input as object) : undefined;
  if (known !== undefined) return known;
  if (typeof input !== "function" || runsNothing(input)) throw unrecognised(name, input);
  return defineCheck({ scope: "dependency", run: input as Run });
}

/** Whether a call of this function would run nothing: it is a class, or a generator. */
function runsNothing(input: object): boolean {
  return kindOf(input) === "a class" || /^(async )?(function)?\s*\*/.test(sourceOf(input));
}
