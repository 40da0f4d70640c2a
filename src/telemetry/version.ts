/** The version of hale, from package.json. */
export const VERSION = "0.0.0";
