import { connect } from "node:net";

// Opens connections that never send a byte, and tells how many of them the server has kept.

const [port, count] = process.argv.slice(2).map(Number);
let asked = 0;
let settled = 0;
let open = 0;

function next() {
  if (asked >= count) return;
  asked++;
  const socket = connect(port, "127.0.0.1");
  let connected = false;
  const settle = () => {
    settled++;
    next();
  };
  socket.on("connect", () => {
    connected = true;
    open++;
    settle();
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    if (connected) open--;
    else settle();
  });
  // So that the end of the other side is seen.
  socket.resume();
}

for (let lane = 0; lane < 200; lane++) next();
process.on("message", () => process.send({ settled, open }));
process.on("disconnect", () => process.exit());
