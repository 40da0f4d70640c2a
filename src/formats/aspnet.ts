import type { LazyFormat } from "../contract/format.ts";

/** The JSON of ASP.NET's health checks, which HealthChecks.UI reads; it is loaded on first use. */
export const aspnet: LazyFormat = {
  name: "aspnet",
  mediaType: "application/json; charset=utf-8",
  byNameAlone: true,
  async write(report, exposure) {
    const { writeAspnet } = await import("./internal/aspnet.ts");
    return { body: writeAspnet(report, exposure), headers: {} };
  },
};
