import { Readable } from "node:stream";
import fastify from "fastify";
import { BODY, delay, HANDLERS, halves, serveReplica } from "./_replica.mjs";

const app = fastify();
for (const [path, milliseconds] of Object.entries(HANDLERS)) {
  app.get(path, async () => {
    await delay(milliseconds);
    return BODY;
  });
}
app.get("/stream", (_request, reply) =>
  reply.header("Content-Length", BODY.length).send(Readable.from(halves(), { objectMode: false })),
);
await serveReplica(app.server, (port) => app.listen({ port, host: "127.0.0.1" }));
