import { reasonOf } from "../report/reason.ts";

/** With the frames of its stack, which Node would print, and does not now. */
export function describeFatal(failure: unknown): string {
  return [reasonOf(failure), ...framesOf(failure)].join("\n");
}

/** The frames of the stack of an error; none of one that cannot be read. */
function framesOf(failure: unknown): readonly string[] {
  try {
    const stack = failure instanceof Error ? (failure.stack ?? "") : "";
    return stack.split("\n").filter((line) => /^\s+at /.test(line));
  } catch {
    return [];
  }
}
