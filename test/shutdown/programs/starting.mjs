// A service whose start never ends, and which begins to listen when it is already told to end.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const health = createHealth();
health.addStartupTask("warm the cache", new Promise(() => {}));
const server = createServer();
attach(server, health);
gracefulShutdown({
  health,
  servers: [server],
  onDrain: { late: () => void server.listen(0, "127.0.0.1") },
});
// What the start waits for holds the process open.
setInterval(() => {}, 1000);
console.log("starts");
