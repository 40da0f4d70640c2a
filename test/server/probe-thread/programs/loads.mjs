// A service with the probe thread that loads for a while, synchronously, and then listens. Its arguments are how hale
// knows of its server, and the file for which the loading waits.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown, listen } from "hale/node";

const [how, gate] = process.argv.slice(2);
const log = (line) => process.send({ log: line });
const health = createHealth({ logger: { info: log, warn: log, error: log } });
const server = createServer((_request, response) => response.end("Hello"));
if (how === "attached") attach(server, health);
if (how === "given to gracefulShutdown") gracefulShutdown({ health, servers: [server] });
const { url } = await listen(health, { port: 0, host: "127.0.0.1", thread: true });
process.send({ probes: url });
// The message is sent in a turn of its own.
await new Promise((resolve) => setImmediate(resolve));
const cell = new Int32Array(new SharedArrayBuffer(4));
while (!existsSync(gate)) Atomics.wait(cell, 0, 0, 5);
server.listen(0, "127.0.0.1", () => {
  process.send({ service: `http://127.0.0.1:${server.address().port}/` });
});
process.on("message", () => health.markStarted());
process.on("disconnect", () => process.exit());
