// The sections of the site: those of docs/README.md, which a test keeps complete.
import { links } from "./links.mjs";
import { INDEX, listPages, textOf } from "./pages.mjs";

/**
 * The headings of docs/README.md, with the pages that are linked below each, in their order. A heading of the third
 * level is a section within the one before it. Pages that are numbered or generated follow from their folders.
 *
 * @returns {{ title: string, level: number, pages: string[] }[]}
 */
export function listSections() {
  const sections = [];
  const listed = new Set();
  const add = (page) => {
    if (listed.has(page)) return;
    listed.add(page);
    sections.at(-1).pages.push(page);
  };
  const all = listPages();
  for (const line of textOf(INDEX).split("\n")) {
    const [, marks, title] = /^(##+) (.+)$/.exec(line) ?? [];
    if (title !== undefined) sections.push({ title, level: marks.length, pages: [] });
    if (sections.length === 0) continue;
    for (const { page } of links(INDEX, line)) {
      if (page !== undefined) add(page);
    }
    if (title === "Decisions") for (const page of pagesIn("docs/decisions", all)) add(page);
  }
  sections.push({ title: "API", level: 2, pages: pagesIn("site/api", all) });
  return sections.filter(({ pages, level }) => pages.length > 0 || level === 2);
}

function pagesIn(folder, all) {
  return all.filter((page) => page.startsWith(`${folder}/`));
}
