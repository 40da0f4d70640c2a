// A primary that answers for itself alone, or with "cluster" for its worker too. The worker prints what it logs;
// a fake moves its time.
import cluster from "node:cluster";
import { createHealth } from "hale";
import { clusterHealth, reportToPrimary } from "hale/node";
import { fakeHealth } from "hale/testing";

if (cluster.isPrimary) {
  const health = createHealth({ logger: false });
  if (process.argv[2] === "cluster") clusterHealth(health, { workers: 1 });
  cluster.fork();
} else {
  const warn = (line) => console.log(line);
  const health = fakeHealth({}, { logger: { info() {}, warn, error: warn } });
  // What is sent is answered before what is asked after it, as messages come in order.
  const isAnswered = new Promise((resolve) => process.once("internalMessage", resolve));
  reportToPrimary(health);
  if (process.argv[2] === "cluster") await isAnswered;
  await health.clock.advance(20_000);
  console.log("The worker ends.");
  process.exit();
}
