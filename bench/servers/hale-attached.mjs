import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach } from "hale/node";
import { serve } from "./_serve.mjs";

await serve(({ clients }) => {
  const server = createServer((_request, response) => response.writeHead(404).end());
  attach(server, createHealth({ checks: clients }));
  return server;
});
