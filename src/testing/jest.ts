import type { HealthMatchers } from "./health-matchers.ts";

export { type HealthMatchers, healthMatchers } from "./health-matchers.ts";

declare global {
  namespace jest {
    interface Matchers<R, T> extends HealthMatchers {}
  }
}

// @ts-expect-error A package of Jest, which is there wherever Jest is.
declare module "expect" {
  interface Matchers<R, T> extends HealthMatchers {}
}
