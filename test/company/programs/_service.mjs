// What the services of this folder have in common: a server with a slow path, and a shutdown whose hooks
// say that they were run. The other code is in the program of each.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const logger = { info: console.log, warn: console.log, error: console.log };

/** What a service answers: at once, or on SIGUSR2. */
export function answer(request, response) {
  if (request.url !== "/slow") return response.end("Hello");
  process.once("SIGUSR2", () => response.end("whole"));
  console.log(`came /slow to process ${process.pid}`);
}

/** Serves on a port of its own, with hale, and says which; returns the health. */
export function serve(server = createServer(answer), options = {}) {
  const health = createHealth({ logger });
  attach(server, health);
  gracefulShutdown({
    health,
    servers: [server],
    drain: { min: 1000, quiet: 0 },
    onClose: { database: () => {} },
    ...options,
  });
  server.listen(0, "127.0.0.1", () => {
    console.log(`process ${process.pid} listens on ${server.address().port}`);
  });
  return health;
}
