/** Is replaced by the build with the version of the package. */
declare const PACKAGE_VERSION: string | undefined;

/** The version of hale. */
export const VERSION: string = typeof PACKAGE_VERSION === "string" ? PACKAGE_VERSION : "0.0.0";
