import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { apiReports, builtEntries } from "../../scripts/api-report.mjs";
import { makeFolder } from "../_support/folder.ts";

describe("the report of the public types", () => {
  const reports = apiReports(builtEntries());

  test("has a file for each sub-path, and no other", () => {
    const files = readdirSync("api").map((file) => join("api", file));
    expect(files.sort()).toEqual([...reports.keys()].sort());
  });

  test.each([...reports])("%s is what was built", (file, text) => {
    const written = existsSync(file) ? readFileSync(file, "utf8") : "";
    expect(written, "Public types have changed. Run npm run api, and review the difference.").toBe(
      text,
    );
  });
});

describe("a report", () => {
  /** Makes the reports of a package of two entries, some of whose files are replaced. */
  function reportsOf(replaced: Readonly<Record<string, string>> = {}): string {
    const files = {
      "index.d.ts": 'export { type Shop, open } from "./shop.ts";\n',
      "other.d.ts":
        'export type { Shop as Store } from "./shop.ts";\nexport declare const till: number;\n',
      "shop.d.ts": [
        'import type { Hours as Times } from "./hours.ts";',
        "/** A shop. */",
        "export interface Shop { readonly hours: Times; }",
        "export declare function open(name: string): Shop;",
        "export declare function hidden(): void;",
      ].join("\n"),
      "hours.d.ts": "export interface Hours { from: Hour }\ntype Hour = 9 | 10;\nexport {};\n",
      ...replaced,
    };
    const folder = makeFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const entries = { hale: join(folder, "index.d.ts"), "hale/other": join(folder, "other.d.ts") };
    return [...apiReports(entries, folder)].map(([file, text]) => `${file}\n${text}`).join("\n");
  }

  test("has each type once: those that are exported, and those that these reach", () => {
    const text = reportsOf();
    expect(text).toMatch(/^api\/hale\.api\.md\n# hale\n/);
    for (const part of [
      "interface Shop",
      "function open",
      "interface Hours",
      "type Hour = 9 | 10",
    ]) {
      expect(text.split(part), part).toHaveLength(2);
    }
    expect(text).toContain("- `Store`: `Shop` of `hale`");
    expect(text).not.toMatch(/hidden|A shop/);
  });

  test.each<[string, Record<string, string>, boolean]>([
    ["a type without a name", { "hours.d.ts": "export interface Hours { from: 9 }\n" }, true],
    ["an export", { "index.d.ts": 'export { open } from "./shop.ts";\n' }, true],
    [
      "an augmentation",
      {
        "other.d.ts": "export declare const till: number;\ndeclare global { interface Shops {} }\n",
      },
      true,
    ],
    [
      "a comment",
      {
        "hours.d.ts":
          "/** When. */ export interface Hours { from: Hour }\ntype Hour = 9 | 10;\nexport {};\n",
      },
      false,
    ],
    [
      "a declaration that nothing public reaches",
      {
        "hours.d.ts":
          "export interface Hours { from: Hour }\ntype Hour = 9 | 10;\nexport type More = 1;\n",
      },
      false,
    ],
  ])("of another version differs by %s: %#", (_, replaced, differs) => {
    expect(reportsOf(replaced) !== reportsOf()).toBe(differs);
  });
});
