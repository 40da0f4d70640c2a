import { execFileSync } from "node:child_process";
import { createHealth } from "hale";
import { listen } from "hale/node";

const place = { port: 0, host: "127.0.0.1", thread: true };
const health = createHealth();
const { url, close } = await listen(health, place);
health.markStarted();
const ask = "fetch(process.argv[1]).then((response) => console.log(response.status))";
const env = { ...process.env, NODE_OPTIONS: "" };
console.log(
  execFileSync(process.execPath, ["-e", ask, `${url}livez`], { env })
    .toString()
    .trim(),
);
await close();
