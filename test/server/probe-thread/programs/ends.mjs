// Has nothing more to do once the probe thread listens.
import { createHealth } from "hale";
import { listen } from "hale/node";

const health = createHealth({ logger: false, checks: { database: async () => "PONG" } });
const { url } = await listen(health, { port: 0, host: "127.0.0.1", thread: true });
const { status } = await fetch(new URL("livez", url), { headers: { connection: "close" } });
console.log(status);
