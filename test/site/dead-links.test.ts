import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deadLinks } from "../../site/dead-links.mjs";
import { resolveLink, siteAddress } from "../../site/links.mjs";
import { listPages } from "../../site/pages.mjs";
import { listSections } from "../../site/sections.mjs";
import { makeFolder } from "../_support/folder.ts";

test("links to pages, headings and files that do not exist are found in a built site", () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "checks"));
  writeFileSync(
    join(folder, "index.html"),
    `<h1 id="hale">hale</h1><a href="#hale"></a><a href="#nothing"></a><a href="/checks/redis#down"></a>
     <a href="/checks/redis#up"></a><a href="/checks/"></a><a href="https://example.com/x"></a><img src="/x.png">`,
  );
  writeFileSync(
    join(folder, "checks/redis.html"),
    '<h2 id="down"></h2><a href="../?a=1&amp;b=2"></a>',
  );
  expect(deadLinks(folder)).toEqual([
    "/index.html -> #nothing",
    "/index.html -> /checks/redis#up",
    "/index.html -> /checks/",
    "/index.html -> /x.png",
  ]);
});

test("links of a site below a path must stay below it", () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "index.html"), '<a href="/hale/"></a><a href="/other"></a>');
  expect(deadLinks(folder, "/hale/")).toEqual(["/index.html -> /other"]);
});

test.each([
  ["README.md", "docs/errors.md#hale_timeout", "/errors#hale_timeout"],
  ["README.md", "docs/README.md", "/pages"],
  ["docs/checks/redis.md", "../callers.md", "/callers/"],
  ["docs/errors.md", "#hale_timeout", "#hale_timeout"],
  ["docs/metrics.md", "../deploy/README.md", "/deploy/"],
  ["deploy/README.md", "grafana/hale.json", "/files/deploy/grafana/hale.json"],
  ["deploy/README.md", "kubernetes/", "/files/deploy/kubernetes.txt"],
  ["README.md", "LICENSE", "/files/LICENSE.txt"],
  ["README.md", "https://example.com/docs/errors.md", "https://example.com/docs/errors.md"],
])("in %s, %s leads to %s", (source, target, address) => {
  expect(siteAddress(source, target)).toBe(address);
});

test("a link to a file that does not exist ends the build, and names the page", () => {
  expect(() => resolveLink("docs/errors.md", "nothing.md")).toThrow(
    "docs/errors.md: no file is at nothing.md.",
  );
});

test("every page is in a section of the sidebar, but for the two that lead to all", () => {
  const listed = listSections().flatMap(({ pages }) => pages);
  const orphans = listPages().filter((page) => !listed.includes(page));
  expect(orphans.sort()).toEqual(["README.md", "docs/README.md"]);
});
