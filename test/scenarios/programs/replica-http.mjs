import { createServer } from "node:http";
import { Readable } from "node:stream";
import { BODY, delay, HANDLERS, halves, serveReplica } from "./_replica.mjs";

const server = createServer(async ({ url }, response) => {
  if (url === "/stream") {
    Readable.from(halves()).pipe(response.writeHead(200, { "Content-Length": BODY.length }));
    return;
  }
  await delay(HANDLERS[url]);
  response.end(BODY);
});
await serveReplica(server, (port) => server.listen(port, "127.0.0.1"));
