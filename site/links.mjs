// Links between files of the repository, and what they become on the site.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, normalize, relative } from "node:path";
import { addressOf, listPages, ROOT } from "./pages.mjs";

/** Files that a browser shows under their own name; every other file is shown as text. */
const SHOWN = [".json", ".yaml", ".yml", ".txt", ".png", ".svg"];

/** Code between fences, or within a line. */
const CODE = /^ *```\w*\n[\s\S]*?^ *```$|`[^`\n]*`/gm;

const isOutside = (target) => /^[a-z][a-z+.-]*:|^#/i.test(target);

/**
 * What a link of a page leads to: another page of the site, or a file of the repository, with the heading there.
 * Throws where it leads to neither.
 *
 * @returns {{ page?: string, file?: string, hash: string } | undefined} nothing for addresses outside, and for headings
 *   of the page itself
 */
export function resolveLink(source, target) {
  if (isOutside(target)) return undefined;
  const [path = "", hash] = target.split("#");
  const file = normalize(join(dirname(source), decodeURIComponent(path))).replace(/\/$/, "");
  const at = hash === undefined ? "" : `#${hash}`;
  const readme = join(file, "README.md");
  const page = [file, readme].find((each) => pages().has(each));
  if (page !== undefined) return { page, hash: at };
  if (!existsSync(join(ROOT, file))) throw new Error(`${source}: no file is at ${target}.`);
  return { file, hash: at };
}

let known;
function pages() {
  known ??= new Set(listPages());
  return known;
}

/** The address of what a link of a page leads to, below the base of the site. */
export function siteAddress(source, target) {
  const found = resolveLink(source, target);
  if (found === undefined) return target;
  return `${found.page === undefined ? fileAddress(found.file) : addressOf(found.page)}${found.hash}`;
}

/** The address of a file or folder of the repository that pages link and that is no page. */
function fileAddress(file) {
  return `/files/${file}${SHOWN.includes(extname(file)) ? "" : ".txt"}`;
}

/** The links in a text of a page, outside of its code. */
export function links(source, text) {
  return [...withoutCode(text).matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(
    ([, target]) => resolveLink(source, target) ?? [],
  );
}

/** The files that pages link and that are no pages: the address of each, with its text. */
export function linkedFiles() {
  const files = new Map();
  for (const source of pages()) {
    for (const { file } of links(source, readFileSync(join(ROOT, source), "utf8"))) {
      if (file !== undefined) files.set(fileAddress(file), contentOf(file));
    }
  }
  return files;
}

/** A file, or all files of a folder as one text. */
function contentOf(file) {
  const path = join(ROOT, file);
  if (!statSync(path).isDirectory()) return readFileSync(path);
  const parts = readdirSync(path, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((each) => !each.includes("node_modules"))
    .sort();
  return parts
    .map((each) => `==> ${relative(ROOT, each)} <==\n\n${readFileSync(each, "utf8")}`)
    .join("\n");
}

/** Markdown without its code, between fences and within lines. */
function withoutCode(text) {
  return text.replace(CODE, "");
}

/** Markdown in which the target of each link, outside of code, is another. */
export function replaceLinks(text, replace) {
  const parts = new RegExp(`(?<code>${CODE.source})|(?<=\\]\\()[^)\\s]+(?=\\))`, "gm");
  return text.replace(parts, (match, ...rest) => (rest.at(-1).code ? match : replace(match)));
}

/** Makes VitePress follow the links of the repository: a plugin of markdown-it. */
export function repositoryLinks(md) {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    const source = relative(ROOT, env.realPath ?? env.path);
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        if (token.type !== "link_open") continue;
        token.attrSet("href", siteAddress(source, token.attrGet("href") ?? ""));
      }
    }
  });
}
