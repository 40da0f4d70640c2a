import type {} from "vitest";
import type { HealthMatchers } from "./health-matchers.ts";

export { type HealthMatchers, healthMatchers } from "./health-matchers.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: Vitest declares it so, from 3.2 on, and both must agree.
  interface Matchers<T = any> extends HealthMatchers {}

  // biome-ignore lint/suspicious/noExplicitAny: Vitest before 3.2 declares it so, and both must agree.
  interface Assertion<T = any> extends HealthMatchers {}
}
