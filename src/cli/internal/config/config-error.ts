import { describeProblem, type Problem, type SourceText } from "./problem.ts";

/** The exit code of a configuration that is wrong, `EX_CONFIG` of sysexits.h. */
export const EXIT_CONFIG = 78;

/** An error in a configuration; its message has a paragraph for each problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Makes the error of some problems, the first ones first. */
export function configError(problems: readonly Problem[], source: SourceText): ConfigError {
  const inOrder = [...problems].sort((one, other) => one.start - other.start);
  return new ConfigError(inOrder.map((problem) => describeProblem(problem, source)).join("\n\n"));
}
