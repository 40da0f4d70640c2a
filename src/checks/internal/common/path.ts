import type { Rule } from "../../../contract/options.ts";

/** A path of a file or folder. */
export const PATH: Rule = {
  expected: "a path, as a text that is not empty",
  accepts: (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
};
