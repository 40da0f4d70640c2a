// Floods a server of 127.0.0.1 for so many seconds, and prints what came of it. Its arguments are the kind, the
// port, how many connections are held at a time, and the seconds. A connection that ends is opened again.
import { connect } from "node:net";

const HEAD = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
const BYTES = 200_000;

/** Milliseconds before a connection that has ended is opened again: 10,000 of them are 1,000 a second. */
const AGAIN = 10_000;

/** Milliseconds after which a client that reads nothing, and so sees no end, connects anew. */
const HOLDS = 1000;

/** What each kind of client does once it has connected. */
const KINDS = {
  /** Hundreds of requests at once, none of whose answers is read. */
  pipelined: {
    again: 100,
    send(socket) {
      pipeline(socket.pause(), BYTES / HEAD.length);
      setTimeout(() => socket.destroy(), HOLDS);
    },
  },
  /** As many at a time as are answered, whose answers are read. */
  permitted: {
    again: 100,
    send(socket) {
      let answers = 0;
      socket.on("data", (chunk) => {
        answers += chunk.toString("latin1").split("HTTP/1.1 ").length - 1;
        if (answers < 16) return;
        answers = 0;
        pipeline(socket, 16);
      });
      return pipeline(socket, 16);
    },
  },
  /** The largest heads that there may be, of requests that wait for the main thread. */
  "large heads": {
    again: 100,
    send(socket) {
      const fields = Array.from(
        { length: 120 },
        (_, index) => `a${index}:${"b".repeat(120)}\r\n`,
      ).join("");
      socket.pause();
      socket.write(`GET /health/deep?exclude=a HTTP/1.1\r\nHost: a\r\n${fields}\r\n`.repeat(16));
      setTimeout(() => socket.destroy(), HOLDS);
    },
  },
  /** A head that comes byte by byte. */
  slow: {
    again: 1000,
    send(socket) {
      socket.resume().write("GET /health HTTP/1.1\r\nHost: a\r\nA: ");
      const drip = setInterval(() => socket.write("a"), 500);
      socket.on("close", () => clearInterval(drip));
    },
  },
  /** Nothing. */
  idle: { again: AGAIN, send: (socket) => socket.resume() },
};

const [kind, ...numbers] = process.argv.slice(2);
const [port, connections, seconds] = numbers.map(Number);
const { again, send } = KINDS[kind];
const counts = { opened: 0, refused: 0, ended: 0 };
let over = false;

function pipeline(socket, requests) {
  socket.write(HEAD.repeat(requests));
}

function open(opened = () => {}) {
  if (over) return;
  const socket = connect(port, "127.0.0.1");
  let connected = false;
  socket.on("connect", () => {
    connected = true;
    counts.opened++;
    opened();
    send(socket);
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    if (connected) counts.ended++;
    else counts.refused++;
    if (!connected) opened();
    setTimeout(open, again);
  });
}

// Some at a time, since a queue of connections that is full makes each of them wait for a second.
let started = 0;
const next = () => {
  if (started++ < connections) open(next);
};
for (let lane = 0; lane < 200; lane++) next();
process.on("disconnect", () => process.exit());
setTimeout(() => {
  over = true;
  console.log(JSON.stringify(counts));
  process.exit();
}, seconds * 1000);
