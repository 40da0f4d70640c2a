import { missingRuntimes } from "./programs.ts";

/** Fails before the first test when npm has no package of a runtime for this system. */
export function setup(): void {
  const missing = missingRuntimes();
  if (missing.length > 0) {
    throw new Error(`Not installed by npm ci --prefix test/runtimes: ${missing.join(", ")}.`);
  }
}
