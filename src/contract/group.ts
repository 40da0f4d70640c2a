import { hasBrand } from "./errors.ts";
import { badOption } from "./misuse.ts";
import { kindOf, RECORD } from "./options.ts";

const GROUP = Symbol.for("hale.group/1");

/** Several checks under one name. Made by {@link group}. */
export interface Group<Member = unknown> {
  /** The checks by the last part of their names, or the names of checks that are registered elsewhere. */
  readonly members: Readonly<Record<string, Member>> | readonly string[];
}

/**
 * Groups checks under one name, which has paths like a check: `/health/deep/payments`. An object
 * nests checks, whose names begin with the group's: `payments.gateway`. A list names checks and groups
 * that are registered beside it, in any order.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth, group } from "hale";
 *
 * const health = createHealth({
 *   checks: {
 *     database: async () => {},
 *     payments: group({ gateway: async () => {}, ledger: async () => {} }),
 *     ordering: group(["database", "payments"]),
 *   },
 * });
 * const { checks } = await health.report("deep", { check: "ordering" });
 * if (checks.length !== 3) throw new Error("It has three checks.");
 * ```
 */
export function group<Member = never>(members: Group<Member>["members"]): Group<Member> {
  const given: unknown = members;
  const names = Array.isArray(given)
    ? given
    : RECORD.accepts(given)
      ? Object.keys(given as object)
      : [];
  const isEachOnce = new Set(names).size === names.length;
  if (names.length === 0 || !isEachOnce || !names.every((name) => typeof name === "string")) {
    const expected = "an object with checks by name, or a list of names, each once";
    throw badOption("group()", "members", expected, kindOf(given));
  }
  return Object.freeze({ [GROUP]: true, members });
}

/** Whether a value was made by {@link group}, of this or another copy of the package. */
export function isGroup(value: unknown): value is Group {
  return hasBrand(value, GROUP);
}
