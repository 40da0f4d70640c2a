import { TIMEOUT } from "../probe-failure.ts";
import { byStatus, type Prober } from "./prober.ts";

const LAYERS = { connect: "L4", handshake: "L6", response: "L7", body: "L7" } as const;

const SOCKET_ERROR = /^(?:ECONN|EPIPE)/;

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
    const layer = LAYERS[stage];
    if (code === TIMEOUT) return `${layer}TOUT`;
    // A connection that is reset was established, and what its socket fails with is of no layer.
    if (SOCKET_ERROR.test(code) && (layer === "L7" || code === "ECONNRESET")) return "SOCKERR";
    return layer === "L4" ? "L4CON" : `${layer}RSP`;
  },
};
