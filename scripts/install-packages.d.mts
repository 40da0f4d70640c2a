/**
 * Installs the packages of a folder that has a manifest and a lock file of its own, unless all that the
 * lock file names is installed.
 */
export function installPackages(folder: string): void;
