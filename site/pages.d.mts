/** The Markdown files that are pages of the site, by their path in the repository. */
export function listPages(): string[];
