/** The version of hale, from package.json. */
export const VERSION = "0.1.0";
