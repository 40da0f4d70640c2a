// Sends 16 requests at a time to a server of 127.0.0.1, reads their answers, and connects again when it is cut
// off, until it is told to stop or has lived for ten minutes. Its arguments are the port and the connections.
import { connect } from "node:net";

const [port, connections] = process.argv.slice(2).map(Number);
const REQUESTS = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n".repeat(16);

function open() {
  const socket = connect(port, "127.0.0.1", () => socket.write(REQUESTS));
  socket.on("data", () => socket.write(REQUESTS));
  socket.on("error", () => {});
  socket.on("close", () => setTimeout(open, 5));
}

for (let count = 0; count < connections; count++) open();
process.on("disconnect", () => process.exit());
setTimeout(() => process.exit(), 600_000);
