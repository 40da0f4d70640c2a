import { createServer } from "node:http";
import { Readable } from "node:stream";
import express from "express";
import { BODY, delay, HANDLERS, halves, serveReplica } from "./_replica.mjs";

const app = express();
for (const [path, milliseconds] of Object.entries(HANDLERS)) {
  app.get(path, async (_request, response) => {
    await delay(milliseconds);
    response.send(BODY);
  });
}
app.get("/stream", (_request, response) => {
  Readable.from(halves()).pipe(response.set("Content-Length", String(BODY.length)));
});
const server = createServer(app);
await serveReplica(server, (port) => server.listen(port, "127.0.0.1"));
