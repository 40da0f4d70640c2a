// The site: docs/ as they are, README.md in front, and the API reference, which site/build.mjs writes first.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { slug } from "github-slugger";
import { defineConfig } from "vitepress";
import { deadLinks } from "../dead-links.mjs";
import { linkedFiles, repositoryLinks } from "../links.mjs";
import { writeLlms } from "../llms.mjs";
import { listPages, markdownIn, ROOT, routeOf } from "../pages.mjs";
import { plainSearchBox } from "../search-box.mjs";
import { sidebar } from "../sidebar.mjs";
import { plainEmptyHeadings } from "../tables.mjs";

const pages = new Set(listPages());

/** Markdown files that are no pages, where pages are too. */
const others = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...["deploy", "examples"].flatMap(markdownIn),
].filter((file) => !pages.has(file));

/** The path below which the site is served, such as `/hale/`. */
const base = process.env.SITE_BASE ?? "/";

/** The text of a page for the search, rendered once and without colours: the two bundles ask for it, each for all pages. */
const rendered = new Map();
function searched(text, env, md) {
  const { highlight } = md.options;
  md.options.highlight = null;
  if (!rendered.has(env.path)) rendered.set(env.path, md.render(text, env));
  md.options.highlight = highlight;
  return rendered.get(env.path);
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%2318794e'/%3E%3Cpath d='M4.5 8.5l2.5 2.5 4.5-5.5' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E";

export default defineConfig({
  title: "hale",
  description: "Health endpoints for Node services.",
  lang: "en",
  base,
  cleanUrls: true,
  head: [["link", { rel: "icon", href: icon }]],
  srcDir: ROOT,
  srcExclude: ["{api,bench,dist,mutation,scripts,src,test,tools}/**", "site/dist/**", ...others],
  outDir: join(ROOT, "site/dist"),
  cacheDir: join(ROOT, "site/node_modules/.cache/vitepress"),
  rewrites: routeOf,
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    // Headings have the anchors that they have in the repository, where tests check the links to them.
    anchor: { slugify: slug },
    // Braces are text.
    attrs: { disable: true },
    config(md) {
      repositoryLinks(md);
      plainEmptyHeadings(md);
    },
  },
  themeConfig: {
    nav: [
      { text: "Pages", link: "/pages" },
      { text: "Errors", link: "/errors" },
      { text: "API", link: "/api/" },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: {
      provider: "local",
      options: {
        _render: searched,
        miniSearch: {
          searchOptions: {
            // What users look for stands before the reasons for it.
            boostDocument: (id) => (/^\/(?:api|decisions)\//.test(id) ? 0.3 : 1),
          },
        },
      },
    },
    notFound: {
      title: "No page is here",
      quote: "The search finds the pages that there are.",
      linkText: "Front page",
      linkLabel: "Front page",
    },
  },
  transformPageData(page) {
    if (!pages.has(page.filePath)) throw new Error(`${page.filePath} is no page of the site.`);
    if (page.filePath === "README.md") return { titleTemplate: false };
  },
  vite: {
    plugins: [plainSearchBox()],
    resolve: {
      alias: [
        {
          find: /^.*\/VPSidebarItem\.vue$/,
          replacement: fileURLToPath(new URL("theme/SidebarItem.vue", import.meta.url)),
        },
      ],
    },
    // The pages are outside of this package, where Vue is not found from.
    ssr: { external: ["vue", "vue/server-renderer"] },
    build: { chunkSizeWarningLimit: 4000 },
  },
  buildEnd({ outDir }) {
    for (const [address, content] of linkedFiles()) {
      const file = join(outDir, address);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    writeLlms(outDir, base);
    const dead = deadLinks(outDir, base);
    if (dead.length > 0) throw new Error(`Links that lead nowhere:\n${dead.join("\n")}`);
  },
});
