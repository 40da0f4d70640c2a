import { http } from "../../http.ts";
import type { Opener } from "./opener.ts";

export const opener: Opener = {
  schemes: ["http", "https"],
  packages: [],
  open: (url, { options }) => ({ check: http({ ...options, url }), close() {} }),
};
