// A service that two backends of one HAProxy probe. It prints a line for each time that it is asked.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const health = createHealth({
  checks: { asked: async () => console.log("asked") },
  defaults: { maxAge: 0 },
  logger: { info: console.log, warn: console.log, error: console.log },
});
const server = createServer((_request, response) => response.end("Hello"));
attach(server, health);
gracefulShutdown({ health, servers: [server], drain: { max: 60_000 } });
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listens"));
