import { certificate } from "../../certificate.ts";
import { hostOf } from "./host-of.ts";
import type { Opener } from "./opener.ts";

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
