import http from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";
import { pool } from "./database.mjs";

// Next.js would close its port at the signal, before any load balancer knows.
process.env.NEXT_MANUAL_SIG_HANDLE = "true";
process.env.HOSTNAME = process.env.HOST ?? "0.0.0.0"; // in a container it is the container's name

const { createServer } = http;
http.createServer = (...values) => {
  http.createServer = createServer; // the first server is that of Next.js
  const server = createServer(...values);
  const health = createHealth({ checks: { database: pool } });
  attach(server, health);
  gracefulShutdown({ health, servers: [server], onClose: { database: () => pool.end() } });
  return server;
};

await import("./server.js");
