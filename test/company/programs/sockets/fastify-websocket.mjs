import websocket from "@fastify/websocket";
import Fastify from "fastify";
import { attach } from "hale/node";
import { health, listening, say, shutDown } from "./_service.mjs";

const app = Fastify();
attach(app.server, health);
shutDown(app);
app.addHook("preClose", async () => say("preClose of a plugin"));
app.addHook("onClose", async () => say("onClose of a plugin"));
await app.register(websocket);
app.register(async (scope) => {
  scope.get("/", { websocket: true }, () => say("connected"));
});
await app.listen({ port: 0, host: "127.0.0.1" });
listening(app.server);
