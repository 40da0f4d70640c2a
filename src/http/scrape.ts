/** Whether a request is a scrape of metrics, which is no traffic of the service. */
export function isScrape(path: string, userAgent: string | null | undefined): boolean {
  return /^\/metrics\/?$/.test(path) || userAgent?.startsWith("Prometheus/") === true;
}
