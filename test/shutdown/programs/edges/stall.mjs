// With "block", the event loop stands still when the least time of the drain is over, as in a long computation: until
// the file of its second argument exists. With "stop", the process stops itself when the drain begins.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const health = createHealth({
  logger: { info: console.log, warn: console.log, error: console.log },
});
const server = createServer((_request, response) => response.end("Hello"));
attach(server, health);
gracefulShutdown({ health, servers: [server], drain: { min: 500, quiet: 0 } });
health.on("phase", ({ to }) => {
  if (to !== "draining") return;
  if (process.argv[2] === "block") setTimeout(block, 450);
  else process.kill(process.pid, "SIGSTOP");
});
function block() {
  console.log("blocks");
  for (
    const end = performance.now() + 600;
    performance.now() < end || !existsSync(process.argv[3]);
  );
}
server.listen(0, "127.0.0.1", () => console.log(`serves on ${server.address().port}`));
