// A hook whose answer arrives while the event loop stands still, until its time is over.
import { readFile } from "node:fs";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { createHealth } from "hale";
import { gracefulShutdown } from "hale/node";

// A database with an event loop of its own, which answers after 200 ms.
const database = new Worker(
  `const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer((socket) =>
    socket.on("data", () => setTimeout(() => socket.end("bye"), 200)));
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
  { eval: true },
);
const port = await new Promise((resolve) => database.once("message", resolve));
const quit = () =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("quit");
      // In the phase in which the loop reads, as after any input.
      setTimeout(() => readFile("package.json", block), 20);
    });
    socket.on("data", resolve);
  });
function block() {
  console.log("blocks");
  for (const end = performance.now() + 700; performance.now() < end; );
}
gracefulShutdown({ health: createHealth(), hookTimeout: 500, onClose: { database: quit } });
console.log("works");
