// Prints what `listen` takes in this process; its argument is the value of `thread`.
import { Agent, get } from "node:http";
import { createHealth } from "hale";
import { listen } from "hale/node";

const health = createHealth({ logger: false, checks: { nothing: async () => {} } });
const before = process.memoryUsage.rss();
const begun = performance.now();
const listening = listen(health, {
  port: 0,
  host: "127.0.0.1",
  thread: process.argv[2] === "true",
});
const call = performance.now() - begun;
const { url } = await listening;
const start = performance.now() - begun;
const memory = process.memoryUsage.rss() - before;
const agent = new Agent({ keepAlive: true });
for (let count = 0; count < 1000; count++) {
  await new Promise((resolve, reject) => {
    get(`${url}livez`, { agent }, (response) => response.resume().on("end", resolve)).on(
      "error",
      reject,
    );
  });
}
const memoryAfterProbes = process.memoryUsage.rss() - before;
console.log(JSON.stringify({ call, start, memory, memoryAfterProbes }));
process.exit();
