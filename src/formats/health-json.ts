import { lazyFormat } from "./internal/lazy-format.ts";

/** The JSON of draft-inadarei-api-health-check-06, which is loaded on first use. */
export const healthJson = lazyFormat(
  {
    name: "health-json",
    mediaType: "application/health+json",
  },
  async () => (await import("./internal/health-json.ts")).writeHealthJson,
);
