// A service that tells what happens in lines, and is shaped by the JSON of its first argument.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const { hangingHook, fatal, ...options } = JSON.parse(process.argv[2] ?? "{}");

// In one stream, so that the order of the lines is that of what happens.
const logger = { info: console.log, warn: console.log, error: console.log };
const health = createHealth({ logger });
const waiting = [];
const server = createServer((request, response) => {
  if (request.url === "/until-drain") waiting.push(response);
  else if (request.url === "/throw")
    setImmediate(() => {
      throw new Error("by accident");
    });
  else if (request.url !== "/never") response.end("Hello");
  console.log(`came ${request.url}`);
});
attach(server, health);
health.on("phase", ({ to }) => {
  if (to === "draining") for (const response of waiting) response.end("whole");
});
gracefulShutdown({
  health,
  servers: [server],
  onClose: hangingHook ? { hanging: () => new Promise(() => {}) } : { pool: async () => {} },
  fatal,
  ...options,
});
server.listen(0, "127.0.0.1", () => console.log(`serves on ${server.address().port}`));
