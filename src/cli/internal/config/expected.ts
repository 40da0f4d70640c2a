import { DURATION, formatDuration } from "../duration.ts";
import type { Shape } from "./shape.ts";

/** Describes the values that a shape accepts, for an error: "must be …". */
export function expectedOf({ kind }: Shape): string {
  switch (kind.type) {
    case "text":
      return kind.expected;
    case "number":
      return `a whole number from ${kind.min} to ${kind.max}`;
    case "duration":
      return `${kind.zero ? "0 or " : ""}${DURATION}, of ${formatDuration(kind.min)} or more`;
    case "boolean":
      return "true or false";
    case "scalar":
      return "a text, a number, true, false or null";
    case "choice":
      return `${kind.of.length > 1 ? "one of " : ""}${kind.of.join(", ")}`;
    case "list":
      return kind.min > 0 ? "a list of one or more" : "a list";
    case "map":
      return `a mapping of ${kind.names}`;
    case "object":
      return `a mapping with ${Object.keys(kind.fields).join(", ")}`;
    case "variants":
      return `a mapping with one of ${Object.keys(kind.of).join(", ")}`;
    case "either":
      return kind.of.map(expectedOf).join(", or ");
    case "later":
      return expectedOf(kind.shape());
  }
}
