// The same through node:http: what Node has, and what Bun and Deno have of it.
import { createServer } from "node:http";
import process from "node:process";
import { createHealth } from "../../../dist/index.js";
import { attach, listen } from "../../../dist/node.js";

const port = Number(process.env.PORT);
const health = createHealth({ logger: false, checks: { database: async () => "PONG" } });
const server = createServer((_request, response) => response.end("the application"));
attach(server, health);
server.listen(port, "127.0.0.1", async () => {
  await listen(createHealth({ logger: false }), { port: port + 1, host: "127.0.0.1" });
  console.log("listening");
});
