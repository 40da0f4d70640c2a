// Runs PostgreSQL in memory, in a thread of its own, so that it does not hold up the shop's event
// loop. A thread starts without tsx, hence JavaScript.
import { parentPort } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

const server = new PGLiteSocketServer({
  db: new PGlite(),
  host: "127.0.0.1",
  port: 0,
  maxConnections: 20,
});
await server.start();
const port = Number(server.getServerConn().split(":").at(-1));
parentPort.postMessage(port);
