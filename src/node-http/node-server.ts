import type { Server } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { hasMethods, type Rule } from "../contract/options.ts";

/** A server of `node:http`, `node:https` or `node:http2`. */
export type NodeServer = Server | HttpsServer | Http2Server | Http2SecureServer;

/** The rule of a server: a framework's application has no `address`, and a server of node:net no `setTimeout`. */
export const SERVER: Rule = {
  expected:
    "a server of node:http, node:https or node:http2, such as app.listen() returns or app.server is",
  accepts: (value) => hasMethods(value, ["emit", "listen", "address", "setTimeout"]),
  hint(value) {
    if (isOfOtherRuntime(value))
      return 'This is what Bun.serve() or Deno.serve() returns. Give it the healthHandler(health) of "hale/fetch" as its fetch in place of attach().';
    return hasMethods(value, ["addStartupTask"]) ? "Write attach(server, health)." : undefined;
  },
};

/** Whether a value is what `Bun.serve()` or `Deno.serve()` returns. */
export function isOfOtherRuntime(value: unknown): boolean {
  return hasMethods(value, ["stop", "fetch"]) || hasMethods(value, ["shutdown", "ref", "unref"]);
}
