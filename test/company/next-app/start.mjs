// As docs/company.md has it: starts the standalone server of Next.js, whose HTTP server hale closes.
import http from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

process.env.NEXT_MANUAL_SIG_HANDLE = "true";
const { createServer } = http;
http.createServer = (...values) => {
  // The first server is that of Next.js.
  http.createServer = createServer;
  const server = createServer(...values);
  const health = createHealth();
  attach(server, health);
  gracefulShutdown({
    health,
    servers: [server],
    onClose: { database: () => {} },
    drain: { min: 1000, quiet: 0 },
  });
  return server;
};
await import(process.argv[2]);
