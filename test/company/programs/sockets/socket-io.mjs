import { Server } from "socket.io";
import { listening, say, shutDown, startServer } from "./_service.mjs";

const server = startServer();
const io = new Server(server);
io.on("connection", (socket) => {
  say("connected");
  socket.emit("hello");
});
shutDown(server, io);
server.listen(0, "127.0.0.1", () => listening(server));
