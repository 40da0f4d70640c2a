import { hostOf } from "./_host-of.ts";
import type { Opener } from "./_opener.ts";
import { certificate } from "./certificate.ts";

export const opener: Opener = {
  schemes: ["tls"],
  packages: [],
  open: (url, { options }) => ({
    check: certificate({
      ...options,
      host: hostOf(url),
      port: url.port === "" ? undefined : Number(url.port),
    }),
    close() {},
  }),
};
