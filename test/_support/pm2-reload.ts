import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startPm2 } from "./pm2.ts";
import { isNoted } from "./received-requests.ts";
import { type Left, leftOf } from "./replica-process.ts";
import type { ReplicaRestarts } from "./restart-replicas.ts";
import { type RestartResult, restartUnderLoad } from "./restart-under-load.ts";

/** Reloads a cluster of two processes, `rolls` times, by pm2, which sends no probes. */
export async function reloadByPm2({
  program,
  leaving,
  grace,
  ...restarts
}: ReplicaRestarts): Promise<RestartResult> {
  const reportsIn = (folder: string) => join(folder, "reports");
  const receivedIn = (folder: string) => join(folder, "received");
  const pm2 = await startPm2({
    script: program,
    instances: 2,
    grace,
    argsOf(port, folder) {
      mkdirSync(reportsIn(folder));
      const files = { reports: reportsIn(folder), received: receivedIn(folder) };
      return [JSON.stringify({ port, leaving, ...files })];
    },
  });
  const told = new Set<string>();
  const reload = async (): Promise<Left[]> => {
    const at = performance.now();
    await pm2.reload();
    const folder = reportsIn(pm2.server.folder);
    const files = readdirSync(folder).filter((name) => !told.has(name));
    return files.map((name) => {
      told.add(name);
      return { at, ...leftOf(readFileSync(join(folder, name), "utf8")) };
    });
  };
  try {
    const { url, folder } = pm2.server;
    const received = (number: number) => isNoted(number, receivedIn(folder));
    const load = { base: url, fresh: 0.5, received };
    return await restartUnderLoad(restarts, { load, parts: [reload] });
  } finally {
    await pm2.server.stop();
  }
}
