import type { OuterErrorCode } from "./outer-errors.ts";

/**
 * The errors of the core: a stable code, what happened, and what to do about it. Each code is
 * described in docs/errors.md; those of what is loaded besides the core are in outer-errors.ts.
 */
const MESSAGES = {
  HALE_UNKNOWN_OPTION: (
    owner: string,
    option: string,
    nearest: string | undefined,
    known: string,
  ) =>
    `${owner} has no option "${option}". ${nearest ? `Did you mean "${nearest}"? ` : ""}It takes: ${known}.`,
  HALE_BAD_OPTION: (owner: string, option: string, expected: string, actual: string) =>
    `The option "${option}" of ${owner} must be ${expected}, but is ${actual}.`,
  HALE_TIMEOUT_OVER_DEADLINE: (owner: string, timeout: number, most: number) =>
    `The timeout of ${owner} is ${timeout} ms, over ${most}, the deadline less 100. Lower it, or give the check an "interval".`,
  HALE_BAD_NAME: (name: string) =>
    `"${name}" cannot name a check. Use 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, and none of live, ready, startup, deep.`,
  HALE_TOO_MANY_CHECKS: (bytes: number, most: number) =>
    `The deep body of these checks can take ${bytes} bytes, over ${most}. Give fewer, or shorten their names.`,
  HALE_DEPENDENCY_IN_LIVENESS: (name: string) =>
    `A restart does not mend the dependency of the check "${name}". Take "liveness" out of its probes, or give it "restartAfter".`,
  HALE_DEPENDENCY_IN_STARTUP: (name: string) =>
    `A restart does not mend the dependency of the check "${name}". Take "startup" out of its probes.`,
  HALE_DUPLICATE_CHECK: (name: string) =>
    `There is a check named "${name}" already. Give one of the two another name.`,
  HALE_UNKNOWN_MEMBER: (group: string, name: string) =>
    `The group "${group}" names "${name}", which is no check. Name checks that are registered.`,
  HALE_UNKNOWN_CLIENT: (name: string, actual: string, accepted: string) =>
    `The check "${name}" is ${actual}, which hale does not recognise. It takes an async function, a check of "hale/checks", or the client of one: ${accepted}.`,
  HALE_AMBIGUOUS_CLIENT: (name: string, one: string, other: string) =>
    `The check "${name}" could be ${one} or ${other}. Make it with "hale/checks".`,
  HALE_BAD_PATH: (path: string, why: string) =>
    `The path "${path}" ${why}. Give each probe paths of its own, such as "/health/ready".`,
  HALE_WEAK_TOKEN: (position: number) =>
    `Access token ${position} must be 16 to 1024 letters, digits and signs of ASCII. Make one with: openssl rand -hex 32`,
  HALE_ALREADY_STARTED: (task: string) =>
    `The start-up task "${task}" came after startup was done. Call starting() in the turn of createHealth().`,
  HALE_DUPLICATE_TASK: (task: string) =>
    `There is a task named "${task}" already. Give one of the two another name.`,
  HALE_STARTUP_NOT_MANUAL: () =>
    `started() needs createHealth({ startup: "manual" }). Leave it out.`,
  HALE_CLOSED: () => "This health is closed.",
  HALE_TIMEOUT: (timeout: number) => `No answer within ${timeout} ms.`,
} as const;

type CoreErrorCode = keyof typeof MESSAGES;

/** The stable code of an error. */
export type HaleErrorCode = CoreErrorCode | OuterErrorCode;

/** What a message of the core tells besides its code; another message is given as it is. */
type Details<C extends HaleErrorCode> = C extends CoreErrorCode
  ? Parameters<(typeof MESSAGES)[C]>
  : [message: string];

/**
 * An error with a stable `code`. Misuse throws one at start-up; what fails at run time becomes the
 * reason of a check instead.
 */
export class HaleError<C extends HaleErrorCode = HaleErrorCode> extends Error {
  readonly code: C;

  constructor(code: C, ...details: Details<C>) {
    const messages: Readonly<Record<string, ((...values: Details<C>) => string) | undefined>> =
      MESSAGES as never;
    super(messages[code]?.(...details) ?? String(details[0]));
    this.name = "HaleError";
    this.code = code;
  }
}

/** The codes of the core, for the test that keeps docs/errors.md complete. */
export const CORE_ERROR_CODES = Object.keys(MESSAGES) as readonly CoreErrorCode[];
