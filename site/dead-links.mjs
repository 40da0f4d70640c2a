// Finds links of the built site that lead nowhere.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Finds the links within a built site that lead to no file of it, or to no element of the page.
 *
 * @returns {string[]} a line for each, such as `/probes -> /nowhere`
 */
export function deadLinks(folder, base = "/") {
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".html"))
    .map((file) => file.replaceAll("\\", "/"));
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), "utf8")]));
  const ids = new Map(pages.map((page) => [page, new Set(valuesOf("id", texts.get(page) ?? ""))]));
  return pages.flatMap((page) => {
    const here = new URL(`${base}${page}`, "http://site.invalid");
    return [...new Set(linksOf(texts.get(page) ?? ""))].flatMap((link) => {
      const url = new URL(link, here);
      if (url.origin !== here.origin) return [];
      const dead = `/${page} -> ${link}`;
      if (!url.pathname.startsWith(base)) return [dead];
      const target = fileAt(folder, decodeURIComponent(url.pathname.slice(base.length)));
      if (target === undefined) return [dead];
      const id = decodeURIComponent(url.hash.slice(1));
      return id === "" || ids.get(target)?.has(id) !== false ? [] : [dead];
    });
  });
}

/** The file that a server of static files sends for a path without its ending. */
function fileAt(folder, path) {
  const candidates = [path, `${path}.html`, join(path, "index.html")];
  return candidates.find(
    (each) => existsSync(join(folder, each)) && statSync(join(folder, each)).isFile(),
  );
}

function linksOf(html) {
  return [...html.matchAll(/<(?:a|link|img|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(
    ([, link]) => decoded(link),
  );
}

function valuesOf(attribute, html) {
  return [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, "g"))].map(([, value]) =>
    decoded(value),
  );
}

function decoded(text) {
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
