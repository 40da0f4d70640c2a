import { lazyFormat } from "./internal/lazy-format.ts";

/** The JSON of MicroProfile Health; it is loaded on first use. */
export const microprofile = lazyFormat(
  {
    name: "microprofile",
    mediaType: "application/json; charset=utf-8",
    byNameAlone: true,
  },
  async () => (await import("./internal/microprofile.ts")).writeMicroprofile,
);
