// Serves probes, with a thread where its argument says so, and prints where.
import { createHealth } from "hale";
import { listen } from "hale/node";

const health = createHealth({ logger: false });
const thread = process.argv[2] === "true";
const { url } = await listen(health, { port: 0, host: "127.0.0.1", thread });
console.log(url);
setInterval(() => {}, 60_000);
