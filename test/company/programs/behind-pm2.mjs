// One of the processes that pm2 reloads: each response says which.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const health = createHealth();
const server = createServer((_request, response) => response.end(String(process.pid)));
attach(server, health);
gracefulShutdown({ health, servers: [server] });
server.listen(Number(process.argv.at(-1)), "127.0.0.1");
