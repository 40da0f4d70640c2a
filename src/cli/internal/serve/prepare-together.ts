import { brandCheck, type Check } from "../../../contract/check.ts";

/** Milliseconds that all drivers may take to load; afterwards each check waits for its own alone. */
const LIMIT = 10_000;

/** Prepares several checks, once. */
export interface Preparation {
  /** Resolves when every check is prepared or has failed to be, or at the limit. Never rejects. */
  prepareAll(): Promise<void>;
  /** Makes a check whose runs begin once all checks are prepared. */
  add(check: Check): Check;
}

/**
 * Prepares checks together: the loading of one driver blocks the event loop, and the runs of other checks would be
 * charged with it.
 */
export function prepareTogether(limit = LIMIT): Preparation {
  const prepares: (() => Promise<unknown>)[] = [];
  let preparing: Promise<void> | undefined;
  const prepareAll = () => {
    preparing ??= within(limit, Promise.allSettled(prepares.map((prepare) => prepare())));
    return preparing;
  };
  return {
    prepareAll,
    add(check) {
      const { prepare } = check;
      if (prepare !== undefined) prepares.push(prepare);
      return brandCheck({
        ...check,
        async prepare() {
          await prepareAll();
          await prepare?.();
        },
      });
    },
  };
}

function within(limit: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limit);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
