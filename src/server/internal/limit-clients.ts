import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { observeEvents } from "../../node-http/server-intercept.ts";
import { ClientConnections } from "./client-connections.ts";
import { readerBeforeParser } from "./read-before-parser.ts";
import type { ServerLimits } from "./server-limits.ts";

/**
 * Holds the clients of a server to limits, before its parser where they are about requests: the parser
 * delivers every request of a chunk, two thousand in 64 KiB, whatever is done about the first of them.
 */
export function limitClients(server: Server, limits: ServerLimits): void {
  const connections = new ClientConnections(limits);
  observeEvents(server, (event, [subject, response]) => {
    if (event !== "request" && event !== "checkExpectation") return;
    const { socket } = subject as IncomingMessage;
    connections.begin(socket);
    (response as ServerResponse).once("close", () => connections.end(socket));
  });
  const readBeforeParser = readerBeforeParser(connections);
  // After the listener of the server itself, which has set up the parser of the connection by now.
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    readBeforeParser(socket);
  });
  const { unreadTimeout, connectionsCheckingInterval: pace } = limits;
  const looks = setInterval(() => connections.endUnread(unreadTimeout / pace), pace);
  looks.unref();
  server.once("close", () => clearInterval(looks));
}
