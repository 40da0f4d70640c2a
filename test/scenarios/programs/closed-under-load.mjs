// Opens and closes a listener with a thread, so many times, while clients send it requests without a pause. It then
// ends the process while the last one listens, at once or by a graceful shutdown at the next signal.
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createHealth } from "hale";
import { gracefulShutdown, listen } from "hale/node";

const CLIENTS = `
  const { connect } = require("node:net");
  const { workerData: port } = require("node:worker_threads");
  const requests = "GET /health HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".repeat(16);
  const open = () => {
    const socket = connect(port, "127.0.0.1", () => socket.write(requests));
    socket.on("data", () => socket.write(requests));
    socket.on("error", () => {});
    socket.on("close", () => setTimeout(open, 2));
  };
  for (let count = 0; count < 8; count++) open();
`;

const rounds = Number(process.argv[2]);
const graceful = process.argv[3] === "graceful";
const logger = { info: console.log, warn: console.log, error: console.log };
const health = createHealth({ checks: { database: async () => {} }, logger: graceful && logger });
health.markStarted();
const place = { host: "127.0.0.1", thread: true };
let server = await listen(health, { ...place, port: 0 });
const { port } = server;
new Worker(CLIENTS, { eval: true, workerData: port });
/** Resolves once a client of its own was answered, so that the others are at it. */
const asked = () =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /livez HTTP/1.0\r\n\r\n"));
    socket.on("data", resolve).on("error", () => delay(5).then(asked).then(resolve));
  });
await asked();
for (let round = 1; round <= rounds; round++) {
  await server.close();
  server = await listen(health, { ...place, port });
  await asked();
}
console.log(`closed ${rounds} times`);
if (!graceful) process.exit();
gracefulShutdown({ health, servers: [server], onClose: { database: () => {} } });
console.log("waits for a signal");
