import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "./_serve.mjs";

const [{ createHealth }, { attach }] = await Promise.all(
  ["index", "node"].map(
    (name) => import(pathToFileURL(join(process.env.HALE_EARLIER, "dist", `${name}.js`)).href),
  ),
);

await serve(({ clients }) => {
  const server = createServer((_request, response) => response.writeHead(404).end());
  attach(server, createHealth({ checks: clients }));
  return server;
});
