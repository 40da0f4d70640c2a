import { promisify } from "node:util";
import { WebSocketServer } from "ws";
import { listening, onClose, say, shutDown, startServer } from "./_service.mjs";

const server = startServer();
const sockets = new WebSocketServer({ server });
sockets.on("connection", () => say("connected"));
onClose.sockets = () => promisify(sockets.close.bind(sockets))();
// Named, or found by hale on the server.
if (process.argv[2] === "named") shutDown(server, sockets);
else shutDown(server);
server.listen(0, "127.0.0.1", () => listening(server));
