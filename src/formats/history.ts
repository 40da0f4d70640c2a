import { lazyFormat } from "./internal/lazy-format.ts";

/** The changes of the last day and the latency of the last hour: the data of the page, as JSON. */
export const history = lazyFormat(
  {
    name: "history",
    mediaType: "application/json; charset=utf-8",
    byNameAlone: true,
  },
  async () => (await import("./internal/history.ts")).writeHistory,
);
