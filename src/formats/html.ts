import { lazyFormat } from "./internal/lazy-format.ts";

/** A page for people, which is loaded on first use. */
export const html = lazyFormat(
  {
    name: "html",
    mediaType: "text/html; charset=utf-8",
  },
  async () => (await import("./internal/page/page.ts")).writePage,
);
