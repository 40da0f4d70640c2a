// A service with the probe thread, which does what it is told: `{ health, listen }` are its options.
import { existsSync } from "node:fs";
import { Session } from "node:inspector";
import { createHealth } from "hale";
import { listen } from "hale/node";

const { health: options = {}, listen: place = {}, blockedBy } = JSON.parse(process.argv[2] ?? "{}");
const tell = (message) => process.send(message);
const log = (line) => tell({ log: String(line) });

const health = createHealth({
  http: { tokens: ["0123456789abcdef"] },
  checks: { database: async () => "PONG" },
  logger: { info: log, warn: log, error: log },
  ...options,
});

/** Stands still until a file exists. */
function block(file) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(file)) Atomics.wait(cell, 0, 0, 5);
}

/** Has every worker thread run a piece of code in a while, when the debugger that says so is gone. */
function evaluateInThreads(code) {
  const session = new Session();
  session.connect();
  session.on("NodeWorker.attachedToWorker", ({ params: { sessionId } }) => {
    const expression = `setTimeout(() => { ${code} }, 100)`;
    const message = JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } });
    session.post("NodeWorker.sendMessageToWorker", { sessionId, message });
  });
  session.on("NodeWorker.receivedMessageFromWorker", () =>
    setImmediate(() => session.disconnect()),
  );
  session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
}

let server;
const commands = {
  block,
  evaluateInThreads,
  drain: () => health.drain(),
  close: () => server.close().then(() => tell({ closed: true })),
};
process.on("message", ([name, value]) => commands[name](value));
process.on("disconnect", () => process.exit());

const listening = listen(health, { host: "127.0.0.1", port: 0, thread: true, ...place });
// The slow, synchronous start of the service.
if (blockedBy !== undefined) block(blockedBy);
server = await listening;
tell({ url: server.url });
