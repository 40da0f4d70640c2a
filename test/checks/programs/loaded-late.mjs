// A health whose clients are checked by files of the package that are missing at first.

import { renameSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, missing] = process.argv.slice(2);
const away = join(dist, `${missing}.away`);
renameSync(join(dist, missing), away);
const { createHealth } = await import(pathToFileURL(join(dist, "index.js")));

const session = {
  waitingCount: 0,
  totalCount: 0,
  idleCount: 0,
  connect: async () => ({ query: async () => ({ rows: [{ one: 1 }] }), release() {} }),
  query: async () => ({ rows: [{ one: 1 }] }),
};
const health = createHealth({ checks: { session }, defaults: { maxAge: 0 }, logger: false });
const tell = async () => console.log((await health.report("deep")).checks[0].status);

await tell();
await tell();
renameSync(away, join(dist, missing));
await tell();
renameSync(join(dist, missing), away);
await tell();
await health.close();
console.log("closed");
