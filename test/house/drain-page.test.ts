import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { codesOf, rowsOf, sectionOf } from "./_pages.ts";

const SOURCE = readFileSync("src/shutdown/shutdown-options.ts", "utf8");
const health = createHealth({ logger: false });

/** The defaults of an interface, by option, as its docstrings say them. */
function defaultsOf(name: string): Map<string, string> {
  const [, body = ""] = new RegExp(`interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(SOURCE) ?? [];
  const options = body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)(\??):/g);
  return new Map(
    [...options].map(([, docstring = "", option = "", optional]) => [
      option,
      optional === "" ? "must be given" : (/@default (.+)/.exec(docstring)?.[1] ?? "no default"),
    ]),
  );
}

describe.each([
  ["the options", "## Options", "ShutdownOptions", { nonsense: 1 }],
  ["the options of the drain", "### Of the drain", "DrainOptions", { drain: { nonsense: 1 } }],
])("the table of %s", (_, heading, name, wrong) => {
  const lines = sectionOf("docs/drain.md", heading);
  const end = lines.findIndex((line) => line.startsWith("### "));
  const rows = rowsOf(end === -1 ? lines : lines.slice(0, end)).map(
    ([option, preset]) => [codesOf(option)[0] ?? "", preset] as const,
  );

  test("lists every option, and no other", () => {
    const { message } = haleErrorOf(() => gracefulShutdown({ health, ...wrong } as never));
    const known = message.replace(/^.*It takes: (.*)\.$/, "$1").split(", ");
    expect(rows.map(([option]) => option)).toEqual(known);
  });

  test("says the default of each docstring", () => {
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(defaultsOf(name)));
  });
});
