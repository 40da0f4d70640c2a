import { brandCheck, type Check, type Observation } from "../../../contract/check.ts";
import type { Mask } from "../value-mask.ts";

/** The errors within an error of which a reason is made. */
const MAX_DEPTH = 4;

/** The properties of an error, of its causes and of its parts that a reason is made of. */
const CAUSES = ["cause", "original", "parent"] as const;

/** Makes a check whose reasons, codes and observations are masked. */
export function maskedCheck(check: Check, mask: Mask): Check {
  const { run, prepare, close } = check;
  const masked = async (step: () => unknown) => {
    try {
      return maskedResult(await step(), mask);
    } catch (failure) {
      throw maskedFailure(failure, mask);
    }
  };
  return brandCheck({
    ...check,
    run: (context) => masked(() => run(context)),
    ...(prepare && { prepare: () => masked(prepare) }),
    ...(close && { close: () => masked(close) }),
  });
}

/** Masks the result of a run: an outcome or an error. Anything else has no reason. */
function maskedResult(returned: unknown, mask: Mask): unknown {
  if (returned instanceof Error) return maskedFailure(returned, mask);
  if (typeof returned !== "object" || returned === null || !("status" in returned)) return returned;
  const { reason, code, observations } = returned as Readonly<Record<string, unknown>>;
  return {
    ...returned,
    ...(typeof reason === "string" && { reason: mask(reason) }),
    ...(typeof code === "string" && { code: mask(code) }),
    ...(typeof observations === "object" && { observations: maskedFigures(observations, mask) }),
  };
}

function maskedFigures(observations: object | null, mask: Mask): object {
  const entries = Object.entries(observations ?? {}).map(([name, given]) => {
    const { value, ...rest } = given as Observation;
    return [name, { ...rest, value: typeof value === "string" ? mask(value) : value }] as const;
  });
  return Object.fromEntries(entries);
}

function maskedFailure(failure: unknown, mask: Mask, depth = 0): unknown {
  if (typeof failure === "string") return mask(failure);
  if (typeof failure !== "object" || failure === null) return failure;
  if (depth === MAX_DEPTH) return undefined;
  const { message, code, errors, ...rest } = readable(failure);
  const masked = Object.assign(new Error(typeof message === "string" ? mask(message) : ""), {
    code: typeof code === "string" ? mask(code) : code,
  });
  for (const name of CAUSES) {
    const cause = maskedFailure(rest[name], mask, depth + 1);
    if (cause !== undefined) Object.assign(masked, { [name]: cause });
  }
  if (!Array.isArray(errors)) return masked;
  return Object.assign(masked, {
    errors: errors.map((error) => maskedFailure(error, mask, depth + 1)),
  });
}

/** The properties that a reason is made of, which an error may inherit. */
function readable(failure: object): Readonly<Record<string, unknown>> {
  const { message, code, errors, cause, original, parent } = failure as Record<string, unknown>;
  return { message, code, errors, cause, original, parent };
}
