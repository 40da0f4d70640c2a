// A service that logs to console, whose output may not be there. What happens is said over the channel.
import { createHealth } from "hale";

let up = true;
const health = createHealth({
  checks: { database: async () => up },
  defaults: { maxAge: 0 },
});
const statuses = [];
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
await health.whenReady();
for (let round = 0; round < 20; round++) {
  statuses.push((await health.report("deep")).status);
  up = !up;
  await turn();
}
health.drain();
await health.close();
await turn();
process.send(statuses);
process.disconnect();
