// A server that never listens: another one hands its connections on, as a multiplexer of protocols does.
import { createServer } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const health = createHealth({
  logger: { info: console.log, warn: console.log, error: console.log },
});
const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  if (request.url !== "/slow") return response.end("Hello");
  console.log("came /slow");
  health.signal("stop").addEventListener("abort", () => response.end("whole"));
});
attach(server, health);
const front = createSocketServer((socket) => void server.emit("connection", socket));
gracefulShutdown({
  health,
  servers: [server],
  onStop: { front: () => void front.close() },
});
front.listen(0, "127.0.0.1", () => console.log(`serves on ${front.address().port}`));
