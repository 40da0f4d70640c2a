import { brandCheck, type Check } from "../../../contract/check.ts";
import type { Mask } from "../../../contract/value-mask.ts";
import { causesOf, errorsOf, ownCode, ownMessage } from "../../../report/reason.ts";

/** The codes whose reasons are hale's own words alone, of which a value may be one by chance. */
const OWN_WORDS = new Set<unknown>(["HALE_DRIVER_MISSING"]);

/** The errors within an error of which a reason is made. */
const MAX_DEPTH = 4;

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
    // A figure that a driver does not have is no object.
    const value: unknown = given?.value;
    return [name, typeof value === "string" ? { ...given, value: mask(value) } : given] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Masks the texts of an error, of its causes and of its parts of which a reason is made. Before the reason is made: what
 * that withholds and cuts may be a part of a value, whose rest would not be recognised.
 */
function maskedFailure(failure: unknown, mask: Mask, depth = 0): unknown {
  if (typeof failure === "string") return mask(failure);
  if (typeof failure !== "object" || failure === null) return failure;
  if (depth === MAX_DEPTH) return undefined;
  const code = ownCode(failure);
  if (OWN_WORDS.has(code)) return failure;
  const within = (inner: unknown) => maskedFailure(inner, mask, depth + 1);
  const [cause, original, parent] = causesOf(failure).map(within);
  return Object.assign(new Error(mask(ownMessage(failure))), {
    code: typeof code === "string" ? mask(code) : code,
    ...{ cause, original, parent, errors: errorsOf(failure).map(within) },
  });
}
