// A primary that leads the end of its two workers, which share the port of the service. Lines of JSON
// tell what happens. The options are those of all shutdowns, and `shape` says what is odd.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { createHealth } from "hale";
import { clusterHealth, gracefulShutdown, listen, reportToPrimary } from "hale/node";

const { shape = {}, ...options } = JSON.parse(process.argv[2] ?? "{}");
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const who = cluster.isPrimary ? "primary" : "worker";
const log = (text) => say({ who, pid: process.pid, text });
const logger = { info: log, warn: log, error: log };

if (cluster.isPrimary) {
  cluster.on("exit", (worker, code, signal) => {
    say({ ended: worker.process.pid, code, signal });
    if (shape.always || !worker.exitedAfterDisconnect) cluster.fork();
  });
  const health = clusterHealth(createHealth({ logger }), { workers: 2 });
  gracefulShutdown({ health, onClose: { primary: async () => {} }, ...options });
  cluster.fork();
  cluster.fork();
  const { url } = await listen(health, { port: 0, host: "127.0.0.1" });
  await health.whenReady();
  say({ probes: url, workers: Object.values(cluster.workers).map(({ process }) => process.pid) });
} else {
  const waiting = [];
  const health = createHealth({ logger });
  const server = createServer((request, response) => {
    if (request.url === "/hang") waiting.push(response);
    else response.end(String(process.pid));
    if (request.url !== "/") say({ came: request.url, pid: process.pid });
  });
  if (shape.deaf) {
    // It knows nothing of hale's shutdown, and ends itself as many services do.
    process.once("SIGTERM", () => server.close(() => process.exit(0)));
  } else {
    const stuck = shape.stuck && { hookTimeout: 600_000, onClose: () => new Promise(() => {}) };
    gracefulShutdown({ health, servers: [server], ...options, ...stuck });
  }
  process.on("SIGUSR2", () => {
    for (const response of waiting.splice(0)) response.end("whole");
  });
  health.addStartupTask(
    "listen",
    new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        say({ serves: server.address().port, pid: process.pid });
        resolve();
      });
    }),
  );
  reportToPrimary(health);
}
