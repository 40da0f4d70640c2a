import { isDeepStrictEqual } from "node:util";

/** The level of a rule, as in RFC 2119. Breaking a MUST affects most probers, breaking a SHOULD affects some. */
export type AuditLevel = "MUST" | "SHOULD";

/** The result of one audit. */
export interface AuditResult {
  readonly id: string;
  readonly level: AuditLevel;
  readonly name: string;
  readonly status: "passed" | "failed";
  /** The actual and expected values, and the reason for the rule; `undefined` when the audit passed. */
  readonly message: string | undefined;
}

/** The audit of one rule for health endpoints or adapters. */
export interface Audit {
  /** The identifier, which stays the same in every version of hale. */
  readonly id: string;
  readonly level: AuditLevel;
  /** The rule, as a sentence that begins with its level. */
  readonly name: string;
  /** The consequence of breaking the rule. */
  readonly why: string;
  /** The source of the rule. */
  readonly source: string;
  /** Runs the audit; never rejects. */
  run(): Promise<AuditResult>;
}

/** A function that compares an actual value with the expected one; `what` names it in the message. */
export type Compare = (what: string, actual: unknown, expected: unknown) => void;

/** A rule, with the function that verifies it. */
export interface Rule<T> extends Omit<Audit, "run" | "level" | "name"> {
  readonly name: `${AuditLevel} ${string}`;
  readonly verify: (target: T, compare: Compare) => Promise<void>;
}

/** Makes the audit of a rule; `use` opens the target, and closes it. */
export function createAudit<T>(
  { verify, ...rule }: Rule<T>,
  use: (verify: (target: T) => Promise<void>) => Promise<void>,
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
        wrong.push(`${what} is ${formatted(actual)}, but should be ${formatted(expected)}.`);
      };
      try {
        await use((target) => verify(target, compare));
      } catch (failure) {
        wrong.push(failure instanceof Error ? failure.message : String(failure));
      }
      if (wrong.length === 0) return { id, level, name, status: "passed", message: undefined };
      return { id, level, name, status: "failed", message: `${wrong.join(" ")} ${why}` };
    },
  };
}

function formatted(value: unknown): string {
  if (value === undefined) return "absent";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
