// Asks its own probe server, and prints what came, and what was logged of the thread.
import { createHealth } from "hale";
import { listen } from "hale/node";

const lines = [];
const log = (line) => lines.push(line);
const health = createHealth({
  checks: { database: async () => "PONG" },
  logger: { info() {}, warn: log, error: log },
});
const { url, close } = await listen(health, { port: 0, host: "127.0.0.1", thread: true });
health.markStarted();
await health.whenReady();
const answers = {};
for (const path of ["livez", "readyz", "startupz", "health/deep", "elsewhere"]) {
  const response = await fetch(new URL(path, url), { headers: { connection: "close" } });
  answers[path] = `${response.status} ${await response.text()}`;
}
health.drain();
const draining = await fetch(new URL("readyz", url), { headers: { connection: "close" } });
answers.draining = `${draining.status} ${await draining.text()}`;
console.log(JSON.stringify({ answers, lines }));
await close();
