/**
 * How a dependency can be broken: `hang` keeps every connection open and silent, `refuse` turns
 * every connection away, and `error` answers nonsense.
 */
export const WAYS = ["hang", "refuse", "error"] as const;

/** One way to break a dependency. */
export type Way = (typeof WAYS)[number];

/** A dependency that can be broken and mended while the shop runs. */
export interface Breakable {
  break(how: Way): Promise<void>;
  /** Repairs the dependency: hung calls fail, and later calls succeed. Repairing a working one does nothing. */
  mend(): Promise<void>;
}
