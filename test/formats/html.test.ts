import { expect, test } from "vitest";
import { html } from "../../src/formats/html.ts";
import { formatContract } from "../contracts/format-contract.ts";
import { HOSTILE, REPORTS } from "../contracts/format-reports.ts";

/** Every tag that a page may have, as it is written. */
const TAGS =
  /<(?:!doctype html|html lang="en"|meta [a-z-]+="[a-z0-9= -]+"(?: content="[a-z= -]+")?|th scope="(?:col|row)"|\/?(?:html|head|title|body|main|h1|p|ul|li|table|caption|thead|tbody|tr|th|td))>/g;
const VOID = /^<(?:!|meta)/;

function parse(body: string) {
  const open: string[] = [];
  for (const [tag] of body.matchAll(TAGS)) {
    const name = /\w+/.exec(tag)?.[0] ?? "";
    if (tag.startsWith("</")) expect(open.pop()).toBe(name);
    else if (!VOID.test(tag)) open.push(name);
  }
  expect(open).toEqual([]);
  expect(body.replace(TAGS, "")).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
}

formatContract(html, {
  parse,
  saysDown: (body) => /<h1>(?:readiness|payments): failed<\/h1>/.test(body),
});

test("what a reason holds is shown as text", () => {
  const page = html.write(HOSTILE, "details");
  expect(page).toContain(
    "&lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;\\ ",
  );
});

test("there is nothing to load and nothing to run", () => {
  for (const report of Object.values(REPORTS)) {
    expect(html.write(report, "details")).not.toMatch(
      /<script|<style|<link|<img|\s(?:src|href|style|on\w+)=/,
    );
  }
});

test("the page of one check is titled by its name", () => {
  const report = { ...REPORTS.down, check: "database", checks: REPORTS.down.checks.slice(0, 1) };
  expect(html.write(report, "checks")).toContain("<title>database: failed</title>");
});
