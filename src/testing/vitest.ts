import type {} from "vitest";
import type { HealthMatchers } from "./health-matchers.ts";

export { type HealthMatchers, healthMatchers } from "./health-matchers.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: Vitest declares it so, and both must agree.
  interface Assertion<T = any> extends HealthMatchers {}
}
