import { serve } from "../_support/compose.ts";

/** A service with a check that is up and one that is down, which counts its runs. */
export async function service(options: Parameters<typeof serve>[0] = {}) {
  const runs = { database: 0, cache: 0 };
  const served = await serve({
    checks: {
      database: async () => void runs.database++,
      cache: async () => {
        runs.cache++;
        return false;
      },
    },
    ...options,
  });
  return { ...served, runs };
}
