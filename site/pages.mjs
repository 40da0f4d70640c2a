// The pages of the site: which Markdown files of the repository it shows, and at which path.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository, to which all paths of sources are relative. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The list of pages, whose sections are those of the sidebar. */
export const INDEX = "docs/README.md";

/** Folders all of whose Markdown files are pages. */
const FOLDERS = ["docs", "site/api"];

/**
 * The Markdown files that are pages of the site, by their path in the repository: README.md, those of docs/ and of the
 * API reference, and the others that docs/README.md links.
 */
export function listPages() {
  const linked = [...textOf(INDEX).matchAll(/\]\(\.\.\/([\w./-]+\.md)\)/g)].map(([, file]) => file);
  return [...new Set(["README.md", ...linked, ...FOLDERS.flatMap(markdownIn)])];
}

/** The Markdown files of a folder of the repository and of those in it. */
export function markdownIn(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .sort();
}

/**
 * The path of a page on the site, such as `callers/index.md` for `docs/callers.md`, which has a folder of its name.
 * The front page is README.md, and the list of pages is `pages.md`.
 */
export function routeOf(source) {
  if (source === "README.md") return "index.md";
  if (source === INDEX) return "pages.md";
  if (!source.includes("/")) return source.toLowerCase();
  const path = source.replace(/^(?:docs|site)\//, "");
  if (basename(path) === "README.md") return join(dirname(path), "index.md");
  return existsSync(join(ROOT, source.replace(/\.md$/, "")))
    ? path.replace(/\.md$/, "/index.md")
    : path;
}

/** The address of a page below the base of the site, such as `/errors`. */
export function addressOf(source) {
  return `/${routeOf(source)}`.replace(/(?:(?<=\/)index)?\.md$/, "");
}

/** The text of a page. */
export function textOf(source) {
  return readFileSync(join(ROOT, source), "utf8");
}

/** The first heading of a page. */
export function titleOf(source) {
  const title = /^# (.+)$/m.exec(textOf(source))?.[1];
  if (title === undefined) throw new Error(`${source} has no heading of the first level.`);
  return title.replaceAll("`", "");
}
