// A cluster that listens to the first message of each side, while hale sends its own. Lines of JSON tell
// what the application has seen.
import cluster from "node:cluster";
import { createHealth } from "hale";
import { clusterHealth, gracefulShutdown, reportToPrimary } from "hale/node";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const own = createHealth({ logger: false });

if (cluster.isPrimary) {
  const health = clusterHealth(own, { workers: 1 });
  gracefulShutdown({ health, drain: { max: 0 } });
  const worker = cluster.fork();
  worker.once("message", (message) => say({ primary: message }));
  worker.process.on("message", (message) => say({ process: message }));
  // Reports of hale's have come by now, and an order has been sent.
  await health.whenReady();
  worker.send({ config: "from the primary" });
} else {
  reportToPrimary(own);
  gracefulShutdown({ health: own });
  process.once("message", (message) => {
    say({ worker: message });
    process.send({ ready: true });
  });
  setInterval(() => {}, 1000);
}
