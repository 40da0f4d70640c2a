// Has a start-up task that fails once, and nothing else that holds the process open.
import { createHealth } from "hale";
import { listen } from "hale/node";

const health = createHealth({ logger: { info() {}, warn: console.log, error: console.log } });
let attempts = 0;
const task = async () => {
  if (++attempts === 1) throw new Error("not yet");
  console.log("done");
};
health.addStartupTask("connect", task, { retries: Number(process.argv[2]) });
await listen(health, { port: 0, host: "127.0.0.1", thread: true });
