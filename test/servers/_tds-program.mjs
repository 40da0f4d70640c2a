// The smallest server of TDS 7.4 that a driver logs in to and asks: it knows one user, and answers `select 1` with
// one row. A SQL Server is not to be had where the tests run.
import { createServer } from "node:net";

const { host, port, user, password } = JSON.parse(process.argv[2]);

const PRELOGIN = 0x12;
const LOGIN = 0x10;
const BATCH = 0x01;
const RPC = 0x03;
const END_OF_MESSAGE = 0x01;

const utf16 = (text) => Buffer.from(text, "utf16le");
const u16 = (value) => Buffer.from([value & 0xff, value >> 8]);
const u32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const short = (text) => Buffer.concat([Buffer.from([text.length]), utf16(text)]);
const withLength = (token, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([token]), u16(body.length), body]);
};

const done = (token, status, rows) =>
  Buffer.concat([Buffer.from([token]), u16(status), u16(0), u32(rows), u32(0)]);

function message(body) {
  const head = Buffer.from([0x04, END_OF_MESSAGE, 0, 0, 0, 0, 1, 0]);
  head.writeUInt16BE(body.length + head.length, 2);
  return Buffer.concat([head, body]);
}

/** The version, and that nothing is encrypted. */
function prelogin() {
  const options = Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff]);
  return Buffer.concat([options, Buffer.from([16, 0, 0, 0, 0, 0]), Buffer.from([2])]);
}

/** A text of a login, by the place where its offset and length stand. */
function textAt(login, place) {
  const start = login.readUInt16LE(place);
  return login.subarray(start, start + 2 * login.readUInt16LE(place + 2));
}

/** A password is sent with the halves of its bytes swapped, after an exclusive or. */
function reveal(bytes) {
  return Buffer.from(bytes.map((byte) => ((byte ^ 0xa5) >> 4) | (((byte ^ 0xa5) << 4) & 0xf0)));
}

function loggedIn(login) {
  const isKnown =
    textAt(login, 40).toString("utf16le") === user &&
    reveal(textAt(login, 44)).toString("utf16le") === password;
  if (isKnown) {
    const version = Buffer.from([0x74, 0, 0, 0x04]);
    const acknowledged = [Buffer.from([1]), version, short("stand-in"), Buffer.from([16, 0, 0, 0])];
    return Buffer.concat([withLength(0xad, ...acknowledged), done(0xfd, 0, 0)]);
  }
  const words = utf16("Login failed.");
  const parts = [
    u32(18456),
    Buffer.from([1, 14]),
    u16(words.length / 2),
    words,
    short(""),
    short(""),
    u32(1),
  ];
  return Buffer.concat([withLength(0xaa, ...parts), done(0xfd, 2, 0)]);
}

/** One row of one column, a whole number of four bytes. */
function one(isCall) {
  const column = [u16(1), u32(0), u16(0), Buffer.from([0x38]), short("one")];
  const rows = [Buffer.from([0x81]), ...column, Buffer.from([0xd1]), u32(1)];
  const end = isCall ? [done(0xff, 0x11, 1), done(0xfe, 0, 0)] : [done(0xfd, 0x10, 1)];
  return Buffer.concat([...rows, ...end]);
}

function answer(type, body) {
  if (type === PRELOGIN) return prelogin();
  if (type === LOGIN) return loggedIn(body);
  // What a driver sets first has no rows.
  if (body.includes(utf16("select 1"))) return one(type === RPC);
  return done(0xfd, type === BATCH ? 0 : 0x20, 0);
}

createServer((socket) => {
  let received = Buffer.alloc(0);
  let body = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 8 && received.length >= received.readUInt16BE(2)) {
      const length = received.readUInt16BE(2);
      const [type, status] = received;
      body = Buffer.concat([body, received.subarray(8, length)]);
      received = received.subarray(length);
      if ((status & END_OF_MESSAGE) === 0) continue;
      socket.write(message(answer(type, body)));
      body = Buffer.alloc(0);
    }
  });
}).listen(port, host);
