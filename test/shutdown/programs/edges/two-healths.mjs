// Two services in one process, each with a health of its own. The second one has a request in flight.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const logger = { info: console.log, warn: console.log, error: console.log };
const waiting = [];
for (const name of ["quick", "slow"]) {
  const health = createHealth({ logger });
  const server = createServer((_request, response) => {
    waiting.push(response);
    console.log(`came to ${name}`);
  });
  attach(server, health);
  const onClose = { [name]: () => {} };
  gracefulShutdown({ health, servers: [server], drain: { quiet: 0 }, onClose });
  server.listen(0, "127.0.0.1", () => console.log(`${name} serves on ${server.address().port}`));
}
process.on("SIGUSR2", () => {
  for (const response of waiting) response.end("whole");
});
