import { isDeepStrictEqual } from "node:util";
import { maskCredentials } from "../report/mask-credentials.ts";

/** The level of a rule, as in RFC 2119. Breaking a MUST affects most probers, breaking a SHOULD affects some. */
export type AuditLevel = "MUST" | "SHOULD";

/** The result of one audit, with what its rule says. */
export interface AuditResult extends Omit<Audit, "run"> {
  /** `skipped`: the rule does not apply to this endpoint, or cannot be verified from here. */
  readonly status: "passed" | "failed" | "skipped";
  /**
   * Of a failed audit, the actual and expected values, and the reason for the rule; of a skipped one, why it was
   * skipped; `undefined` when the audit passed.
   */
  readonly message: string | undefined;
  /** The figures that the audit measured, such as latencies; `undefined` without any. */
  readonly observed: string | undefined;
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

/** The parts of a result that are no comparison. */
export interface Notes {
  /** Adds what is wrong, as a sentence. */
  fail(sentence: string): void;
  /** Adds a figure that was measured. */
  observe(text: string): void;
  /** Ends the audit, because its rule does not apply. */
  skip(why: string): never;
}

/** A rule, with the function that verifies it. */
export interface Rule<T> extends Omit<Audit, "run" | "level" | "name"> {
  readonly name: `${AuditLevel} ${string}`;
  readonly verify: (target: T, compare: Compare, notes: Notes) => Promise<void>;
}

class SkippedAudit extends Error {}

/** Makes the audit of a rule; `use` opens the target, and closes it; `mask` takes credentials out of its messages. */
export function createAudit<T>(
  { id, name, why, source, verify }: Rule<T>,
  use: (verify: (target: T) => Promise<void>) => Promise<void>,
  mask: (text: string) => string = maskCredentials,
): Audit {
  const level: AuditLevel = name.startsWith("MUST") ? "MUST" : "SHOULD";
  const described = { id, level, name, why, source };
  return {
    ...described,
    async run() {
      const wrong: string[] = [];
      const observed: string[] = [];
      const resultOf = (status: AuditResult["status"], message?: string): AuditResult => ({
        ...described,
        status,
        message,
        observed: observed.length === 0 ? undefined : observed.join("; "),
      });
      const compare: Compare = (what, actual, expected) => {
        if (isDeepStrictEqual(actual, expected)) return;
        const [found, wanted] = [actual, expected].map((value) => formatted(value, mask));
        wrong.push(`${mask(what)} is ${found}, but should be ${wanted}.`);
      };
      const notes: Notes = {
        fail: (sentence) => wrong.push(cut(mask(sentence))),
        observe: (text) => observed.push(mask(text)),
        skip(reason) {
          throw new SkippedAudit(reason);
        },
      };
      try {
        await use((target) => verify(target, compare, notes));
      } catch (failure) {
        if (failure instanceof SkippedAudit && wrong.length === 0) {
          return resultOf("skipped", mask(failure.message));
        }
        wrong.push(mask(failure instanceof Error ? failure.message : String(failure)));
      }
      if (wrong.length === 0) return resultOf("passed");
      return resultOf("failed", `${wrong.join(" ")} ${why}`);
    },
  };
}

/** A value for a message, without the credentials that a response may hold; its start, where it is long. */
function formatted(value: unknown, mask: (text: string) => string): string {
  if (value === undefined) return "absent";
  const shown = mask(String(value));
  return cut(typeof value === "string" ? JSON.stringify(shown) : shown);
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
