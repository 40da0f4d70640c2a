import { createServer } from "node:http";
import { createHealth } from "hale";
import { listen } from "hale/node";
import { serve } from "./_serve.mjs";

await serve(async ({ clients }) => {
  const health = createHealth({ checks: clients });
  const probes = await listen(health, { grpc: 0, host: "127.0.0.1", thread: true });
  health.markStarted();
  const server = createServer((_request, response) => response.writeHead(404).end());
  return Object.assign(server, { probePort: probes.port });
});
