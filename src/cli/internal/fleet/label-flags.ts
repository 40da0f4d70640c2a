import { UsageError } from "../usage-error.ts";

/**
 * Parses the names of labels, with commas between them.
 *
 * @throws UsageError
 */
export function parseLabels(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => !/^[a-z_]\w*$/i.test(name))) {
    throw new UsageError("must be names of labels, such as zone or cluster,job");
  }
  return [...new Set(names)];
}

/**
 * Parses the name of one label.
 *
 * @throws UsageError
 */
export function parseLabel(text: string): string {
  if (!/^[a-z_]\w*$/i.test(text))
    throw new UsageError("must be the name of one label, such as zone");
  return text;
}

/** A label matcher of PromQL. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  /** In double quotes. */
  readonly value: string;
}

/**
 * Parses a label matcher of PromQL, such as `job=~"shop-.*"`. It is the one part of a query that an operator writes, so
 * all that is no matcher is refused.
 *
 * @throws UsageError
 */
export function parseMatcher(text: string): LabelMatcher {
  const [, label, operator, value] =
    /^\s*([a-z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*")\s*$/i.exec(text) ?? [];
  if (label === undefined || operator === undefined || value === undefined) {
    throw new UsageError("must be a label matcher, such as 'namespace=\"shop\"'");
  }
  return { label, operator: operator as LabelMatcher["operator"], value };
}
