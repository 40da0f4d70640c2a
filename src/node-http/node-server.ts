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
  hint: (value) =>
    hasMethods(value, ["addStartupTask"]) ? "Write attach(server, health)." : undefined,
};
