import { type DnsRecordType, dns } from "../../dns.ts";
import type { Opener } from "./opener.ts";

/** `dns:name?type=MX`, or `dns://server/name` (RFC 4501). */
export const opener: Opener = {
  schemes: ["dns"],
  packages: [],
  open: ({ host, pathname, searchParams }, { options }) => ({
    check: dns({
      ...options,
      name: pathname.replace(/^\//, ""),
      type: (searchParams.get("type")?.toUpperCase() as DnsRecordType | undefined) ?? undefined,
      servers: host === "" ? undefined : [host],
    }),
    close() {},
  }),
};
