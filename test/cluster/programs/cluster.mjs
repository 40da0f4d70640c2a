// A primary with two workers, which answers for them on a port of its own, and replaces those that
// end. Each process prints lines of JSON.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { createHealth } from "hale";
import { clusterHealth, listen, reportToPrimary } from "hale/node";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (cluster.isPrimary) {
  const logger = Object.fromEntries(
    ["info", "warn", "error"].map((level) => [level, (text) => say({ level, text })]),
  );
  const primary = createHealth({ logger, http: { expose: "details" } });
  const health = clusterHealth(primary, { workers: 2, rule: process.argv[2] ?? "all" });
  let ending = false;
  cluster.on("exit", (worker, code, signal) => {
    say({ ended: worker.process.pid, code, signal });
    if (!ending && process.argv[3] === "replace") cluster.fork();
  });
  cluster.on("message", (worker, message) => {
    if (message?.application !== undefined) say({ from: worker.process.pid, ...message });
  });
  cluster.fork();
  cluster.fork();
  const { url, close } = await listen(health, { port: 0, host: "127.0.0.1" });
  say({ url });
  process.on("message", () => cluster.fork());
  process.once("SIGTERM", async () => {
    ending = true;
    health.drain();
    say({ draining: (await health.report("readiness")).status });
    const workers = Object.values(cluster.workers);
    const ended = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    for (const worker of workers) worker.kill("SIGTERM");
    await Promise.all(ended);
    await close();
    await health.close();
    process.disconnect?.();
    say({ over: true });
  });
} else {
  const health = createHealth({ logger: false });
  const stop = reportToPrimary(health);
  process.send({ application: "hello" });
  const server = createServer((_request, response) => response.end("Hello"));
  server.listen(0, "127.0.0.1");
  process.once("SIGTERM", () => {
    health.drain();
    server.close(() => {
      stop();
      process.disconnect();
    });
  });
}
