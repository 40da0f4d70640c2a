// As docs/company.md has it: a custom server of Next.js.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";
import next from "next";

const app = next({ dev: false, dir: import.meta.dirname });
const health = createHealth();
const handle = app.getRequestHandler();
const server = createServer((request, response) => handle(request, response));
attach(server, health);
gracefulShutdown({
  health,
  servers: [server],
  onClose: { database: () => {}, next: () => app.close() },
  drain: { min: 1000, quiet: 0 },
});
await app.prepare();
server.listen(0, "127.0.0.1", () => console.log(`listens on ${server.address().port}`));
