import type { Opener } from "./_opener.ts";
import { http } from "./http.ts";

export const opener: Opener = {
  schemes: ["http", "https"],
  packages: [],
  open: (url, { options }) => ({ check: http({ ...options, url }), close() {} }),
};
