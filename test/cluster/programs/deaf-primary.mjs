// A primary that answers for itself alone, or with "cluster" for its worker too. The worker prints what it logs;
// a fake moves its time. With "replaces" or "stands beside" it reports with a second health, after the first.
import cluster from "node:cluster";
import { once } from "node:events";
import { createHealth } from "hale";
import { clusterHealth, reportToPrimary } from "hale/node";
import { fakeHealth } from "hale/testing";

const [of, second] = process.argv.slice(2);

if (cluster.isPrimary) {
  const health = createHealth({ logger: false });
  if (of === "cluster") clusterHealth(health, { workers: 1 });
  cluster.fork();
  cluster.on("message", (worker) => worker.send("All before this is read."));
} else {
  const warn = (line) => console.log(line);
  const report = async () => {
    const health = fakeHealth({}, { logger: { info() {}, warn, error: warn } });
    const stop = reportToPrimary(health);
    await health.clock.advance(0);
    // Messages come in order: the acknowledgement of the report before the reply to this one.
    process.send("Is all before this read?");
    await once(process, "message");
    return { health, stop };
  };
  let { health, stop } = await report();
  if (second === "replaces") stop();
  if (second !== undefined) ({ health } = await report());
  await health.clock.advance(20_000);
  console.log("The worker ends.");
  process.exit();
}
