/** The names of the versions, the oldest first. */
export const VERSIONS: readonly string[];

/** The newest version with long-term support. */
export const NEWEST_LTS: string;

/** Returns the folder of a version of Node, which is installed first where it is missing. */
export function nodeFolder(version: string): string;
