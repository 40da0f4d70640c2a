import type { LazyFormat } from "../contract/format.ts";

/** A page for people, which is loaded on first use. */
export const html: LazyFormat = {
  name: "html",
  mediaType: "text/html; charset=utf-8",
  async write(...args) {
    const { writePage } = await import("./internal/page/page.ts");
    return writePage(...args);
  },
};
