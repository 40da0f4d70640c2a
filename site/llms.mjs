// The pages for language models: llms.txt, which lists them, llms-full.txt, which has the text of all, and each alone as Markdown.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceLinks, resolveLink, siteAddress } from "./links.mjs";
import { listPages, routeOf, textOf, titleOf } from "./pages.mjs";
import { listSections } from "./sections.mjs";

/** Sections whose pages are about the making of hale, which llms-full.txt leaves out. */
const LEFT_OUT = ["For contributors", "Decisions", "API"];

/** Writes them into the folder of the built site. */
export function writeLlms(folder, base) {
  for (const page of listPages()) {
    const file = join(folder, routeOf(page));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, markdownOf(page, base));
  }
  const sections = listSections();
  const summary = /\n\n([^#|][\s\S]*?)\n\n/.exec(textOf("README.md"))?.[1]?.replaceAll("\n", " ");
  const lists = sections.map(({ title, pages }) => {
    const lines = pages.map((page) => `- [${titleOf(page)}](${base}${routeOf(page)})`);
    return `## ${title}\n\n${lines.join("\n")}\n`;
  });
  writeFileSync(
    join(folder, "llms.txt"),
    `# hale\n\n> ${summary}\n\nThe text of all pages: ${base}llms-full.txt\n\n${lists.join("\n")}`,
  );
  const full = sections
    .filter(({ title }) => !LEFT_OUT.includes(title))
    .flatMap(({ pages }) => pages);
  const texts = ["README.md", ...full].map((page) => markdownOf(page, base).trim());
  writeFileSync(join(folder, "llms-full.txt"), `${texts.join("\n\n---\n\n")}\n`);
}

/** The Markdown of a page, whose links lead to the Markdown of other pages. */
function markdownOf(page, base) {
  return replaceLinks(textOf(page), (target) => {
    const found = resolveLink(page, target);
    const path = found?.page === undefined ? siteAddress(page, target) : `/${routeOf(found.page)}`;
    return path.startsWith("/") ? `${base}${path.slice(1)}${found?.page ? found.hash : ""}` : path;
  });
}
