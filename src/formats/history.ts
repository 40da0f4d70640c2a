import type { LazyFormat } from "../contract/format.ts";

/** The changes of the last day and the latency of the last hour: the data of the page, as JSON. */
export const history: LazyFormat = {
  name: "history",
  mediaType: "application/json; charset=utf-8",
  byNameAlone: true,
  async write(...args) {
    const { writeHistory } = await import("./internal/history.ts");
    return writeHistory(...args);
  },
};
