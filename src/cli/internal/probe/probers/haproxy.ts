import { TIMEOUT } from "../probe-failure.ts";
import { byStatus, type Prober } from "./prober.ts";

/**
 * HAProxy with `option httpchk`: OPTIONS by HTTP/1.0 without a host, every 2xx and 3xx, no body; TCP and Unix sockets; the
 * words are those of `check_status`. From: HAProxy's configuration manual, `option httpchk`, `timeout check`, and its
 * management manual, `check_status`.
 */
export const haproxy: Prober = {
  schemes: ["http", "https", "unix", "tcp"],
  settings: ["method", "header", "expect-status"],
  timeout: 2000,
  method: "OPTIONS",
  version: "1.0",
  headers: {},
  redirects: "none",
  body: "none",
  keep: 0,
  verify: true,
  status: [[200, 399]],
  passed: "L4OK",
  conclude: byStatus("L7OK", "L7STS"),
  failed({ code, stage }) {
    const layer = stage === "connect" ? "L4" : "L7";
    if (code === TIMEOUT) return `${layer}TOUT`;
    return layer === "L4" ? "L4CON" : "L7RSP";
  },
};
