/** Whether a request is a scrape of metrics, which is no traffic of the service. */
export function isScrape(path: string, userAgent: string | null | undefined): boolean {
  return /^\/metrics\/?$/.test(path) || userAgent?.startsWith("Prometheus/") === true;
}

/** The values of the option `scrape`. */
export const SCRAPES = ["run", "last"] as const;

/** Milliseconds for which a scrape reuses a result, where a check's own limit is lower. */
const SCRAPE_MAX_AGE = 30_000;

/** Returns the age of a result, in milliseconds, up to which a scrape does not run its check again. */
export function scrapeMaxAge({
  scrape,
}: {
  readonly scrape?: (typeof SCRAPES)[number] | undefined;
}): number {
  return scrape === "last" ? Infinity : SCRAPE_MAX_AGE;
}
