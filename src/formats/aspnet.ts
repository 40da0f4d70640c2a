import { lazyFormat } from "./internal/lazy-format.ts";

/** The JSON of ASP.NET's health checks, which HealthChecks.UI reads; it is loaded on first use. */
export const aspnet = lazyFormat(
  {
    name: "aspnet",
    mediaType: "application/json; charset=utf-8",
    byNameAlone: true,
  },
  async () => (await import("./internal/aspnet.ts")).writeAspnet,
);
