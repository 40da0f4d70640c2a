// Server-sent events, which are ended when the port is closed: by a hook, or by each stream itself.
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const by = process.argv[2];
const health = createHealth({
  logger: { info: console.log, warn: console.log, error: console.log },
});
const streams = new Set();
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" }).write("data: hello\n\n");
  console.log("subscribed");
  if (by === "signal")
    health.signal("stop").addEventListener("abort", () => response.end("data: bye\n\n"));
  else streams.add(response);
});
attach(server, health);
gracefulShutdown({
  health,
  servers: [server],
  drain: { min: 300, quiet: 0 },
  onStop: { streams: () => [...streams].map((stream) => stream.end("data: bye\n\n")) },
});
server.listen(0, "127.0.0.1", () => console.log(`serves on ${server.address().port}`));
