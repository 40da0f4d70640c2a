import { tcp } from "../../tcp.ts";
import { hostOf } from "./host-of.ts";
import type { Opener } from "./opener.ts";

export const opener: Opener = {
  schemes: ["tcp"],
  packages: [],
  open: (url, { options }) => ({
    check: tcp({ ...options, host: hostOf(url), port: Number(url.port) }),
    close() {},
  }),
};
