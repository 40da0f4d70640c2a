// Gives gracefulShutdown() the server of this runtime, and prints the refusal.
import process from "node:process";
import { createHealth } from "../../../dist/index.js";
import { gracefulShutdown } from "../../../dist/node.js";

const answer = () => new Response("Hello");
const server = globalThis.Bun
  ? Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer })
  : Deno.serve({ port: 0, hostname: "127.0.0.1" }, answer);
try {
  gracefulShutdown({ health: createHealth({ logger: false }), servers: [server] });
} catch ({ code, message }) {
  console.log(`${code} ${message}`);
}
process.exit();
