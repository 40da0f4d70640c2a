// What the services of this folder have in common: lines that tell what happens, and a shutdown that
// waits for nothing but its sockets.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

export const say = (line) => console.log(line);

export const health = createHealth({ logger: { info: say, warn: say, error: say } });

/** A server that hale is attached to. */
export function startServer() {
  const server = createServer((_request, response) => response.end("Hello"));
  attach(server, health);
  return server;
}

/** The hooks of the service; one that closes again what hale has closed may be added. */
export const onClose = { database: () => {} };

/** Closes all this at SIGTERM, after a drain of half a second in which requests are served. */
export function shutDown(...servers) {
  gracefulShutdown({
    health,
    servers,
    drain: { min: 500, quiet: 0 },
    onClose,
  });
}

export const listening = (server) => say(`listens on ${server.address().port}`);
