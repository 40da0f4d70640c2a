import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { observeEvents } from "../../node-http/server-intercept.ts";
import { ConnectionLimiter } from "./connection-limiter.ts";
import { readerBeforeParser } from "./read-before-parser.ts";
import type { ServerLimits } from "./server-limits.ts";

/**
 * Follows the clients of a server for the limiter of its connections, before its parser where requests count: the parser
 * delivers every request of a chunk, two thousand in 64 KiB, whatever is done about the first of them.
 */
export function followClients(server: Server, limits: ServerLimits): void {
  const limiter = new ConnectionLimiter(limits);
  observeEvents(server, (event, [subject, response]) => {
    if (event !== "request" && event !== "checkExpectation") return;
    const { socket } = subject as IncomingMessage;
    limiter.begin(socket);
    (response as ServerResponse).once("close", () => limiter.end(socket));
  });
  const readBeforeParser = readerBeforeParser(limiter);
  // After the listener of the server itself, which has set up the parser of the connection by now.
  server.on("connection", (socket: Socket) => {
    limiter.add(socket);
    readBeforeParser(socket);
  });
  const { unreadTimeout, connectionsCheckingInterval: pace } = limits;
  const looks = setInterval(() => limiter.endUnread(unreadTimeout / pace), pace);
  looks.unref();
  server.once("close", () => clearInterval(looks));
}
