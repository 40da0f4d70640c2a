import { isDeepStrictEqual } from "node:util";

/** How binding a rule is, as in RFC 2119: most probers fail on a MUST, some suffer from a SHOULD. */
export type AuditLevel = "MUST" | "SHOULD";

/** What one audit found. */
export interface AuditResult {
  readonly id: string;
  readonly level: AuditLevel;
  readonly name: string;
  readonly status: "passed" | "failed";
  /** What was seen and what was expected, and why that matters; `undefined` when it passed. */
  readonly message: string | undefined;
}

/** One rule that a health endpoint or an adapter keeps. */
export interface Audit {
  /** Stays the same in every version of hale. */
  readonly id: string;
  readonly level: AuditLevel;
  /** The rule as a sentence that begins with its level. */
  readonly name: string;
  /** What goes wrong where it is broken. */
  readonly why: string;
  /** Where the rule is from. */
  readonly source: string;
  /** Looks, and resolves to what was found; it never rejects. */
  run(): Promise<AuditResult>;
}

/** Holds what was seen against what was expected; `what` names it in the message. */
export type Compare = (what: string, actual: unknown, expected: unknown) => void;

/** A rule, and how it is looked at. */
export interface Rule<T> extends Omit<Audit, "run" | "level" | "name"> {
  readonly name: `${AuditLevel} ${string}`;
  readonly look: (target: T, compare: Compare) => Promise<void>;
}

/** Makes the audit of a rule; `use` opens what is looked at, and closes it. */
export function createAudit<T>(
  { look, ...rule }: Rule<T>,
  use: (look: (target: T) => Promise<void>) => Promise<void>,
): Audit {
  const level: AuditLevel = rule.name.startsWith("MUST") ? "MUST" : "SHOULD";
  const { id, name, why } = rule;
  return {
    ...rule,
    level,
    async run() {
      const wrong: string[] = [];
      const compare: Compare = (what, actual, expected) => {
        if (isDeepStrictEqual(actual, expected)) return;
        wrong.push(`${what} is ${shown(actual)}, but should be ${shown(expected)}.`);
      };
      try {
        await use((target) => look(target, compare));
      } catch (failure) {
        wrong.push(failure instanceof Error ? failure.message : String(failure));
      }
      if (wrong.length === 0) return { id, level, name, status: "passed", message: undefined };
      return { id, level, name, status: "failed", message: `${wrong.join(" ")} ${why}` };
    },
  };
}

function shown(value: unknown): string {
  if (value === undefined) return "absent";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
