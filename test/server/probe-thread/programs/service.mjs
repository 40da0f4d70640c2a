// A service with the probe thread, which does what it is told: `{ health, listen }` are its options.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { url as inspectorUrl, Session } from "node:inspector";
import { createHealth } from "hale";
import { listen } from "hale/node";

const {
  health: options = {},
  listen: place = {},
  blockedBy,
  rule,
} = JSON.parse(process.argv[2] ?? "{}");
const tell = (message) => process.send(message);
const log = (line) => tell({ log: String(line) });

/** What the requests of callers may see, once the test says so. */
const answers = new Map();

function expose(request) {
  const caller = request.header("x-caller");
  if (!caller) return "checks";
  tell({ caller });
  return new Promise((resolve) => answers.set(caller, resolve));
}

const { http, ...others } = options;
const health = createHealth({
  http: { tokens: ["0123456789abcdef"], ...(rule && { expose }), ...http },
  checks: { database: async () => "PONG" },
  logger: { info: log, warn: log, error: log },
  ...(rule && { deadline: 5000 }),
  ...others,
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

/** Ends this process, and says what comes of a connection to its port when nothing of it runs any more. */
function exitAndConnect() {
  process.on("exit", () => {
    const code = `require("node:net").connect(${server.port}, "127.0.0.1").on("error", (e) => console.log(e.code)).on("connect", () => process.exit(1))`;
    const { stdout } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
    log(`at its end: ${stdout.trim()}`);
  });
  process.exit();
}

let server;
const commands = {
  block,
  evaluateInThreads,
  exitAndConnect,
  inspector: () => tell({ inspector: inspectorUrl() }),
  answerRule: ([caller, exposure]) => answers.get(caller)(exposure),
  drain: () => health.drain(),
  close: () => server.close().then(() => tell({ closed: true })),
};
process.on("message", ([name, value]) => commands[name](value));
process.on("disconnect", () => process.exit());

const listening = listen(health, { host: "127.0.0.1", port: 0, thread: true, ...place });
// The slow, synchronous start of the service.
if (blockedBy !== undefined) block(blockedBy);
server = await listening;
if (options.startup?.manual !== true) health.markStarted();
tell({ url: server.url, grpc: server.grpc?.port });
