// Two healths on one server, which the shutdown of one was given. The other one closes the database of the requests.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const logger = { info: console.log, warn: console.log, error: console.log };
const routes = { readiness: "/ready", liveness: false, startup: false, deep: false };
const guest = createHealth({ logger });
const host = createHealth({ logger, http: { paths: routes } });
const waiting = [];
let state = "open";
const server = createServer((request, response) => {
  waiting.push(response);
  console.log(`came ${request.url}`);
});
attach(server, guest);
attach(server, host);
gracefulShutdown({
  health: guest,
  onClose: {
    database() {
      state = "closed";
    },
  },
});
gracefulShutdown({ health: host, servers: [server], drain: { quiet: 0 } });
server.listen(0, "127.0.0.1", () => console.log(`serves on ${server.address().port}`));
process.on("SIGUSR2", () => {
  for (const response of waiting) response.end(`database is ${state}`);
});
