// A service whose worker, of node:cluster or a thread, is led by no shutdown of the main process. Lines of JSON tell
// what is logged and what happens.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { createHealth } from "hale";
import { clusterHealth, gracefulShutdown } from "hale/node";

const [, , shape] = process.argv;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const logOf = (who) => {
  const log = (text) => say({ who, text });
  return { info() {}, warn: log, error: log };
};

if (!isMainThread) {
  const health = createHealth({ logger: { info() {}, warn: post, error: post } });
  const { begin } = gracefulShutdown({ health });
  function post(text) {
    parentPort.postMessage({ who: "thread", text });
  }
  parentPort.once("message", () => begin("the main thread asks"));
} else if (shape === "thread") {
  const thread = new Worker(new URL(import.meta.url));
  thread.on("message", say);
  thread.on("exit", (code) => say({ exit: code }));
  thread.postMessage("end");
} else if (cluster.isPrimary) {
  if (shape !== "worker") {
    gracefulShutdown({ health: createHealth({ logger: logOf("primary") }) });
  }
  if (shape === "led") {
    gracefulShutdown({ health: clusterHealth(createHealth({ logger: false }), { workers: 1 }) });
  }
  // Not before the primary knows: a worker that tells one which has ended that it listens is ended by an error.
  cluster.on("listening", (worker) => say({ serves: worker.process.pid }));
  cluster.fork();
} else {
  const health = createHealth({ logger: logOf("worker") });
  const server = createServer((_request, response) => response.end());
  if (shape === "worker") gracefulShutdown({ health, servers: [server] });
  server.listen(0, "127.0.0.1");
}
