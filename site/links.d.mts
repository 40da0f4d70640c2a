/** What a link of a page leads to. Throws where it leads to no page and no file. */
export function resolveLink(
  source: string,
  target: string,
): { page?: string; file?: string; hash: string } | undefined;

/** The address of what a link of a page leads to, below the base of the site. */
export function siteAddress(source: string, target: string): string;
