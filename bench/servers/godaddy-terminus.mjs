import { createServer } from "node:http";
import { createTerminus } from "@godaddy/terminus";
import { checksOf, serve } from "./_serve.mjs";

await serve(({ clients }) => {
  const { database, cache } = checksOf(clients);
  const server = createServer((_request, response) => response.writeHead(404).end());
  return createTerminus(server, {
    healthChecks: {
      "/livez": async () => {},
      "/health/deep": async () => {
        await Promise.all([database(), cache()]);
      },
    },
  });
});
