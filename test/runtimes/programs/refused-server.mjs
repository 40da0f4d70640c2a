// Gives gracefulShutdown() and attach() the server of this runtime, and prints the refusals.
import process from "node:process";
import { createHealth } from "../../../dist/index.js";
import { attach, gracefulShutdown } from "../../../dist/node.js";

const answer = () => new Response("Hello");
const server = globalThis.Bun
  ? Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer })
  : Deno.serve({ port: 0, hostname: "127.0.0.1" }, answer);
const health = createHealth({ logger: false });
for (const use of [
  () => gracefulShutdown({ health, servers: [server] }),
  () => attach(server, health),
]) {
  try {
    use();
  } catch ({ code, message }) {
    console.log(`${code} ${message}`);
  }
}
process.exit();
