/** Finds the links within a built site that lead to no file of it, or to no element of the page: a line for each. */
export function deadLinks(folder: string, base?: string): string[];
