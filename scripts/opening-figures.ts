// Prints what services see whose server is 100 ms away, with TLS where the server has it: when they become ready,
// probed once a second, and what their pools open and lose until then, and after ten seconds without a probe.
//
//   npx tsx scripts/opening-figures.ts
import { setTimeout as sleep } from "node:timers/promises";
import { createHealth } from "../src/health.ts";
import { FAR_CLIENTS, FAR_SERVERS } from "../test/_support/far-clients.ts";
import { openLongWay } from "../test/_support/long-way.ts";

const PERIOD = 1000;
const IDLENESS = 10_500;
const LIMIT = 30;

console.log(
  "| client | ready after | opened, ended | after 10 s idle: ready after | opened, ended |",
);
console.log("| --- | --- | --- | --- | --- |");
for (const [name, { server, open }] of Object.entries(FAR_CLIENTS)) {
  const running = await FAR_SERVERS[server]();
  const way = await openLongWay(running.port);
  const near = new URL(running.url);
  near.port = String(way.port);
  const { client, close } = await open(near.href);
  const health = createHealth({ logger: false, checks: { it: client } });
  const first = await untilReady();
  const atFirst = `${way.opened}, ${way.ended}`;
  await sleep(IDLENESS);
  const later = await untilReady();
  console.log(`| ${name} | ${first} | ${atFirst} | ${later} | ${way.opened}, ${way.ended} |`);
  await health.close();
  void Promise.resolve(close()).catch(() => {});
  way.close();
  await running.stop();

  /** Probes once a second, as a kubelet does; the time is that of the first answer that is good. */
  async function untilReady(): Promise<string> {
    const startedAt = performance.now();
    for (let probe = 0; probe < LIMIT; probe++) {
      const next = sleep(PERIOD);
      const { status } = await health.report("readiness");
      if (status === "up") return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
      await next;
    }
    return "never";
  }
}
process.exit();
