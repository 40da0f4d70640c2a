// The sidebar and the bar at the top, from the sections of the site.
import { addressOf, titleOf } from "./pages.mjs";
import { listSections } from "./sections.mjs";

/** The sidebar in the form of VitePress: the sections of pages, closed but for that of the page which is shown. */
export function sidebar() {
  const groups = [];
  for (const { title, level, pages } of listSections()) {
    const items = pages.map((page) => ({ text: escaped(titleOf(page)), link: addressOf(page) }));
    const group = { text: escaped(title), collapsed: true, items };
    if (level === 2) groups.push(group);
    else groups.at(-1).items.push(group);
  }
  return groups.filter(({ items }) => items.length > 0);
}

/** A title as HTML, which is what the theme takes. */
function escaped(title) {
  return title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
