import { quoted } from "../contract/misuse.ts";
import { nearestWords, oneOf, RECORD, type Rule } from "../contract/options.ts";
import { PROBES, type Probe } from "../contract/probe.ts";

/** Makes the rule of an option that is a word, an object of words by probe, or a function. */
export function byProbeRule(words: readonly string[], isEntry: (value: unknown) => boolean): Rule {
  /** Finds the first entry that is refused; a value that is no object has none. */
  const badEntryOf = (value: unknown) =>
    Object.entries(value as object).find(
      ([probe, entry]) => !isProbe(probe) || !(entry === undefined || isEntry(entry)),
    );
  return {
    expected: `${oneOf(words).expected}, an object of these by probe, or a function`,
    words,
    hint(value) {
      const [name, entry] = (RECORD.accepts(value) && badEntryOf(value)) || [];
      if (name === undefined) return undefined;
      if (isProbe(name))
        return `Correct the entry "${name}". ${nearestWords(entry, words) ?? ""}`.trim();
      return `The key ${quoted(name)} is no probe. ${nearestWords(name, PROBES) ?? `Use ${PROBES.join(", ")}.`}`;
    },
    accepts: (value) =>
      typeof value === "function" ||
      isEntry(value) ||
      (RECORD.accepts(value) && badEntryOf(value) === undefined),
  };
}

function isProbe(name: string): name is Probe {
  return PROBES.includes(name as Probe);
}
