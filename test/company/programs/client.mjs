// Opens a socket to a service, and prints how it was closed.
import { io } from "socket.io-client";
import { WebSocket } from "ws";

const [kind, base] = process.argv.slice(2);

if (kind === "socket.io") {
  // One that would come back by itself, as browsers do.
  const socket = io(base, { transports: ["websocket"], reconnection: false });
  socket.on("disconnect", (why) => console.log(`closed: ${why}`));
} else {
  const [path, protocols, first] = {
    ws: ["/"],
    "engine.io": ["/engine.io/?EIO=4&transport=websocket"],
    "graphql-ws": ["/graphql", "graphql-transport-ws", '{"type":"connection_init"}'],
  }[kind];
  const socket = new WebSocket(`${base.replace("http", "ws")}${path}`, protocols);
  socket.on("open", () => first && socket.send(first));
  socket.on("close", (code, reason) => console.log(`closed: ${code} ${reason}`));
}
