/** Where the worker listens; each start writes it into a copy of this file. */
export const base = "http://127.0.0.1";
