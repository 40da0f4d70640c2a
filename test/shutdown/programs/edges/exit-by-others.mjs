// Other code ends the process during the drain, as a flush of telemetry that ends with process.exit(0).
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const health = createHealth({
  logger: { info: console.log, warn: console.log, error: console.log },
});
const server = createServer((_request, response) => response.end("Hello"));
attach(server, health);
process.on("SIGTERM", function flushTelemetry() {
  setTimeout(() => process.exit(0), 100);
});
gracefulShutdown({
  health,
  servers: [server],
  drain: { min: 10_000 },
  onDrain: { jobs: () => {} },
  onStop: { feeds: () => {} },
  onClose: { database: () => {} },
});
server.listen(0, "127.0.0.1", () => console.log("listens"));
