/** The sections of the site, with their pages. */
export function listSections(): { title: string; level: number; pages: string[] }[];
