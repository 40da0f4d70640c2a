import { attach } from "engine.io";
import { listening, say, shutDown, startServer } from "./_service.mjs";

const server = startServer();
const engine = attach(server);
engine.on("connection", () => say("connected"));
shutDown(server, engine);
server.listen(0, "127.0.0.1", () => listening(server));
