import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FILES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join("src", file));

/** The first words of every docstring in a file, each with its place. */
function openingsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/\/\*\*\s*(?:\*\s*)?([A-Z][^\n*]*)/g)].map(
    ({ 1: words = "", index }) => {
      const line = text.slice(0, index).split("\n").length;
      return `${file}:${line}: ${words}`;
    },
  );
}

test("a docstring begins with a noun or a verb, with no word of a question, and with no verb of a person", () => {
  const openings = FILES.flatMap(openingsOf);
  expect(openings.length).toBeGreaterThan(1000);
  const refused = openings.filter((words) =>
    /: (?:How|What|When|Where|Who|Whom|Whose|Why|Asks|Judges|Tells)\b/.test(words),
  );
  expect(refused).toEqual([]);
});
