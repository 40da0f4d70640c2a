import { expect } from "vitest";

/** Every tag that a page may have; the texts in attributes are escaped. */
const TAGS =
  /<(?:!doctype html|\/?[a-z][a-z0-9]*(?: [a-zA-Z-]+(?:="[^"<>&]*(?:&(?:amp|lt|gt|quot|#39);[^"<>&]*)*")?)*\/?)>/g;
const VOID = /^<(?:!|meta|input)|\/>$/;
const NAMES =
  "html head meta title noscript style body main h1 h2 h3 p ul ol li div span svg circle path rect figure figcaption details summary table thead tbody tr th td time form label input button footer script".split(
    " ",
  );

/** Fails on a page that is not well-formed, or that has a tag of another kind. */
export function parsePage(body: string): void {
  const markup = body
    .replace(/<(style|script)>[^<]*<\/\1>/g, "")
    .replace(/<script>[\s\S]*?<\/script>/, "");
  const open: string[] = [];
  for (const [tag] of markup.matchAll(TAGS)) {
    if (tag.startsWith("<!")) continue;
    const name = /[a-z][a-z0-9]*/.exec(tag)?.[0] ?? "";
    expect(NAMES).toContain(name);
    if (tag.startsWith("</")) expect(open.pop()).toBe(name);
    else if (!VOID.test(tag)) open.push(name);
  }
  expect(open).toEqual([]);
  expect(markup.replace(TAGS, "")).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
}
