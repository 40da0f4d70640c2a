/** An expression for credentials, and what takes the place of its matches. */
export type Rule = readonly [expression: RegExp, replacement: Replacement];

type Replacement = (match: string, kept: string, word: string) => string;

/** Makes a rule that hides what an expression finds, but for its first group. Case is ignored. */
export function hide(expression: string, flags = "gi"): Rule {
  return [new RegExp(expression, flags), (_, kept) => `${kept}***`];
}

/** Makes a rule that hides the second group of an expression if it looks like a credential. */
export function hideIf(looksSecret: (word: string) => boolean, expression: string): Rule {
  return [
    new RegExp(expression, "gi"),
    (match, kept, word) => (looksSecret(word) ? `${kept}***` : match),
  ];
}
