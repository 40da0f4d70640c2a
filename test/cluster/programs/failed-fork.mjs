// A primary one of whose forks cannot be started, as where the system has no more processes.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { createHealth } from "hale";
import { clusterHealth, gracefulShutdown, listen, reportToPrimary } from "hale/node";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (cluster.isPrimary) {
  const health = clusterHealth(createHealth({ http: { expose: "details" } }), { workers: 2 });
  gracefulShutdown({ health, drain: { max: 0 }, requestTimeout: 600_000 });
  cluster.fork();
  const { execPath } = process;
  process.execPath = "/nonexistent/node";
  const failed = cluster.fork();
  process.execPath = execPath;
  failed.on("error", ({ code }) => say({ failed: code }));
  const { url } = await listen(health, { port: 0, host: "127.0.0.1" });
  cluster.on("listening", () => say({ url }));
} else {
  const health = createHealth();
  const server = createServer((_request, response) => response.end());
  reportToPrimary(health);
  gracefulShutdown({ health, servers: [server], drain: { quiet: 0 } });
  server.listen(0, "127.0.0.1");
}
