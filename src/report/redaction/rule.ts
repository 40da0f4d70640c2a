/** An expression for credentials, and what takes the place of its matches. */
type Rule = readonly [expression: RegExp, replacement: Replacement];

type Replacement = (match: string, kept: string, word: string) => string;

/** Makes the tag of a rule that hides what its expression finds, but for the first group. */
function hiding(flags: string, isSecret: (word: string) => boolean) {
  return (source: TemplateStringsArray, ...parts: readonly string[]): Rule => [
    new RegExp(String.raw(source, ...parts), flags),
    (match, kept, word) => (isSecret(word) ? `${kept}***` : match),
  ];
}

/** The tag of a rule that ignores case. */
export const hide = hiding("gi", () => true);

/** The tag of a rule that does not. */
export const hideExactly = hiding("g", () => true);

/** The tag of a rule that ignores case, and hides its second group where that looks like a credential. */
export const hideIf = (isSecret: (word: string) => boolean) => hiding("gi", isSecret);
