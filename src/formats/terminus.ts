import { lazyFormat } from "./internal/lazy-format.ts";

/** The JSON of @nestjs/terminus, for services that migrate from it; it is loaded on first use. */
export const terminus = lazyFormat(
  {
    name: "terminus",
    mediaType: "application/json; charset=utf-8",
    byNameAlone: true,
  },
  async () => (await import("./internal/terminus.ts")).writeTerminus,
);
