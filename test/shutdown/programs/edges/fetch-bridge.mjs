// A service whose server of Node hands each request to hale/fetch or hale/next, as Next.js and other bridges do, and
// without the prefix below which it stands.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { healthHandler } from "hale/fetch";
import { healthRouteHandlers } from "hale/next";
import { gracefulShutdown } from "hale/node";

const health = createHealth({
  logger: { info: console.log, warn: console.log, error: console.log },
});
const [, , adapter, prefix = ""] = process.argv;
const handle = adapter === "fetch" ? healthHandler(health) : healthRouteHandlers(health).GET;
const server = createServer(async ({ method, url, headers }, response) => {
  const inner = url.slice(prefix.length);
  const answer = await handle(new Request(`http://${headers.host}${inner}`, { method, headers }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
});
gracefulShutdown({ health, servers: [server], drain: { max: 600_000 } });
server.listen(0, "127.0.0.1", () => console.log(`serves on ${server.address().port}`));
