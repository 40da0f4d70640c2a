import { isCheck, type Observation, type Outcome, type OutcomeStatus } from "../contract/check.ts";
import type { DescribeFailure } from "../contract/describe-failure.ts";
import { isGroup } from "../contract/group.ts";

const WORDS: Readonly<Record<OutcomeStatus, readonly string[]>> = {
  up: ["up", "ok", "healthy", "pass", "passing", "green", "serving"],
  degraded: ["degraded", "warn", "warning", "yellow"],
  down: ["down", "fail", "failed", "error", "unhealthy", "red", "critical", "not_serving"],
};

const STATUS_OF_WORD = new Map(
  Object.entries(WORDS).flatMap(([status, words]) =>
    words.map((word) => [word, status as OutcomeStatus] as const),
  ),
);

/** The properties of an object that a run may return. */
type Returned = Readonly<
  Partial<
    Record<"ok" | "healthy" | "status" | "error" | "reason" | "message" | "code", unknown> & {
      observations: unknown;
    }
  >
>;

/** Observations as they were returned. */
type Given = Readonly<Record<string, unknown>>;

/** A verdict, with the reason to use when the run returned none. */
interface Verdict {
  readonly status: OutcomeStatus;
  readonly reason?: string;
  readonly code?: string;
}

const UP: Verdict = { status: "up" };

/** Says what to write in place of a function that returns a client; `undefined` for what is no client. */
export type AdviceForClient = (value: object) => string | undefined;

/** Converts the value that a run returned to an outcome, by the rules of {@link Run}. */
export function outcomeOf(
  returned: unknown,
  describe: DescribeFailure,
  adviceForClient?: AdviceForClient,
): Outcome {
  if (returned === false) return returnedDown("The check returned false.");
  if (typeof returned === "string") {
    return verdictIn(statusOf(returned) ?? "up", `The check returned ${returned.trim()}.`);
  }
  if (Object(returned) !== returned) return UP;
  try {
    if (isError(returned as object)) return { status: "down", ...describe(returned) };
    const rejected = rejectedIn(returned as object);
    if (rejected !== undefined) return { status: "down", ...describe(rejected.reason) };
    const own = verdictOf(returned as Returned);
    // The figures of a client may have the names of its properties, and are none beside a verdict.
    const unrun = unrunIn(returned as object, own ? undefined : adviceForClient);
    if (unrun) return returnedDown(`The check returned ${unrun}`);
    const verdict = own ?? verdictWithout(returned as Returned, describe);
    return outcomeOfObject(returned as Returned, verdict, describe);
  } catch (failure) {
    return { status: "down", ...describe(failure) };
  }
}

/** Describes a result that was meant to be run itself, as that of `() => redis({ client })`. */
function unrunIn(returned: object, adviceForClient?: AdviceForClient): string | undefined {
  const advice = adviceForClient?.(returned);
  if (advice) return `a client, which is not run. ${advice}`;
  if (typeof returned === "function") return "a function, which is not run.";
  if (isCheck(returned)) return "a check, which is not run.";
  return isGroup(returned) ? "a group, which is not run." : undefined;
}

/** Returns the first entry of what `Promise.allSettled()` resolved to that was rejected. */
function rejectedIn(returned: object): PromiseRejectedResult | undefined {
  if (!Array.isArray(returned)) return undefined;
  return returned.find((entry) => entry?.status === "rejected" && "reason" in entry);
}

/** Whether an object is an error, also of another realm, such as that of a test runner. */
function isError(returned: object): boolean {
  return returned instanceof Error || Object.prototype.toString.call(returned) === "[object Error]";
}

function outcomeOfObject(returned: Returned, verdict: Verdict, describe: DescribeFailure): Outcome {
  const { reason, message, error, code, observations } = returned;
  const given = [reason, message, error].find(
    (said) => said !== undefined && said !== null && said !== false && said !== "",
  );
  const described = given === undefined ? undefined : describe(given);
  const ownCode = code === undefined ? described?.code : describe({ message: given, code }).code;
  const kept = observations ? observationsOf(observations, describe) : undefined;
  if (verdict.status === "up") return { status: "up", observations: kept };
  return {
    status: verdict.status,
    reason: described?.reason ?? verdict.reason,
    code: ownCode ?? verdict.code,
    observations: kept,
  };
}

/** Reads the verdict of an object; `undefined` where it has none that is known. */
function verdictOf({ ok, healthy, status }: Returned): Verdict | undefined {
  const flag = [ok, healthy].find((value) => typeof value === "boolean");
  if (flag !== undefined) {
    // The `Response` of fetch() for 404 or 500: the simplest check of an upstream must not pass then.
    if (flag === false && isHttpStatus(status)) return returnedDown(`The answer was ${status}.`);
    return flag
      ? UP
      : returnedDown(`The check returned ${ok === false ? "ok" : "healthy"}: false.`);
  }
  if (typeof status === "string") {
    const known = statusOf(status);
    return known && verdictIn(known, `The status is ${status.trim()}.`);
  }
  if (!isHttpStatus(status)) return undefined;
  return status < 400 ? UP : returnedDown(`The answer was ${status}.`);
}

/** Returns the status that a word stands for; the output of a command ends it with a line break. */
function statusOf(word: string): OutcomeStatus | undefined {
  return STATUS_OF_WORD.get(word.trim().toLowerCase());
}

/** Returns the verdict on an object that has none of its own. */
function verdictWithout({ status, error }: Returned, describe: DescribeFailure): Verdict {
  if (typeof status === "string") {
    const { reason } = describe(`The check returned the unknown status "${status.slice(0, 40)}".`);
    return { status: "down", reason, code: "HALE_UNKNOWN_STATUS" };
  }
  return error ? returnedDown("The check returned an error.") : UP;
}

function isHttpStatus(status: unknown): status is number {
  return Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 599;
}

function verdictIn(status: OutcomeStatus, reason: string): Verdict {
  if (status === "down") return returnedDown(reason);
  return status === "up" ? UP : { status, reason };
}

function returnedDown(reason: string): Verdict {
  return { status: "down", reason, code: "HALE_RETURNED_DOWN" };
}

/**
 * Selects the observations that every format can write: finite numbers, booleans, and described texts. They are
 * frozen, since every report has the same.
 */
function observationsOf(
  observations: object,
  describe: DescribeFailure,
): Readonly<Record<string, Observation>> {
  const entries: [string, Observation][] = [];
  for (const name of namesOf(observations)) {
    try {
      const { value, unit } = ((observations as Given)[name] ?? {}) as Partial<Observation>;
      const kept = typeof value === "string" && value !== "" ? describe(value).reason : value;
      if (typeof kept !== "string" && typeof kept !== "boolean" && !Number.isFinite(kept)) continue;
      const shownUnit = typeof unit === "string" && unit !== "" ? describe(unit).reason : undefined;
      const shown = {
        value: kept as Observation["value"],
        ...(shownUnit !== undefined && { unit: shownUnit }),
      };
      entries.push([name, Object.freeze(shown)]);
    } catch {
      // One that cannot be read is left out.
    }
  }
  return Object.freeze(Object.fromEntries(entries));
}

function namesOf(observations: object): readonly string[] {
  try {
    return Object.keys(observations);
  } catch {
    return [];
  }
}
