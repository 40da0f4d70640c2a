/** Whether a folder has a `dist` with types that is newer than each of its sources. */
export function isBuilt(root?: string): boolean;
