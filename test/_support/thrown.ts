import { HaleError } from "../../src/contract/errors.ts";

/** The error of hale that a call throws; fails when it throws nothing, or something else. */
export function haleErrorOf(call: () => unknown): HaleError {
  try {
    call();
  } catch (failure) {
    if (failure instanceof HaleError) return failure;
    throw new Error("It threw something that is no HaleError.", { cause: failure });
  }
  throw new Error("It threw nothing.");
}
