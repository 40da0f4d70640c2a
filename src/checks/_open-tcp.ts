import { hostOf } from "./_host-of.ts";
import type { Opener } from "./_opener.ts";
import { tcp } from "./tcp.ts";

export const opener: Opener = {
  schemes: ["tcp"],
  packages: [],
  open: (url, { options }) => ({
    check: tcp({ ...options, host: hostOf(url), port: Number(url.port) }),
    close() {},
  }),
};
