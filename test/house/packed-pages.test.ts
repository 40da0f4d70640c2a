import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { proseOf, sectionOf } from "./_pages.ts";

const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: string[] };

/** What npm says of the tarball. */
const tarball = pack();
const packed = tarball.files.map(({ path }) => path);

function pack(): { size: number; unpackedSize: number; files: { path: string }[] } {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  return JSON.parse(execFileSync("npm", args, { encoding: "utf8", stdio: "pipe" }))[0];
}

/** The files that a page links, by their paths in the package. */
function linkedBy(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target))
    .map((target) => join(dirname(page), target));
}

test("every link of README leads to a file of the package, but for what contributors read", () => {
  const missing = linkedBy("README.md").filter((file) => !packed.includes(file));
  expect(missing.filter((file) => file !== "CONTRIBUTING.md")).toEqual([]);
});

test("docs/README.md begins with the pages that are packed, and its section of adapters has the others", () => {
  const linkedIn = (text: string) =>
    [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, page = ""]) => `docs/${page}`);
  const [, intro = ""] = proseOf("docs/README.md").split(
    "\nIt has these, and of [Adapters](#adapters) the pages in the folder `adapters`:",
    2,
  );
  const [list = ""] = intro.split("\n## ", 1);
  const adapters = linkedIn(sectionOf("docs/README.md", "## Adapters").join("\n")).filter((page) =>
    page.startsWith("docs/adapters/"),
  );
  const pages = packed.filter((file) => /^docs\/(?!README\.md$)/.test(file));
  expect([...linkedIn(list), ...adapters].sort()).toEqual(pages.sort());
});

test("every packed page that links one which is not says so at its end, and no other does", () => {
  const pages = packed.filter((file) => file.startsWith("docs/") && file !== "docs/README.md");
  const saying = pages.filter((page) => {
    const list = relative(dirname(page), "docs/README.md");
    const note = `<!-- The npm package lacks some of the pages that are linked here: ${list} lists those that it has. -->`;
    return readFileSync(page, "utf8").endsWith(`\n\n${note}\n`);
  });
  const lacking = pages.filter((page) => linkedBy(page).some((file) => !packed.includes(file)));
  expect(lacking.length).toBeGreaterThan(10);
  expect(saying).toEqual(lacking);
});

test("every entry of files is packed", () => {
  const empty = files.filter((entry) => {
    const folder = entry.replace(/\/\*\.md$/, "");
    return !packed.some((file) => file === entry || file.startsWith(`${folder}/`));
  });
  expect(empty).toEqual([]);
});

test("the adapters' pages are packed, and no page of a decision, and no picture", () => {
  const adapters = readdirSync("docs/adapters").map((file) => `docs/adapters/${file}`);
  expect(adapters.filter((page) => !packed.includes(page))).toEqual([]);
  expect(packed.filter((file) => /^docs\/decisions\/|\.png$/.test(file))).toEqual([]);
});

test("the types of what only hale itself calls are not packed", () => {
  const types = packed.filter((path) => path.endsWith(".d.ts"));
  expect(types.length).toBeGreaterThan(100);
  expect(types.filter((path) => /health-internals|^dist\/(?:engine|report)\//.test(path))).toEqual(
    [],
  );
});

test("the tarball is 600 KB at most, and 2.5 MB unpacked", () => {
  expect(tarball.size).toBeGreaterThan(100_000);
  expect(tarball.size).toBeLessThanOrEqual(600_000);
  expect(tarball.unpackedSize).toBeLessThanOrEqual(2_500_000);
});
