// Speaks as much of MongoDB's protocol as the driver needs to find a server, to log in and to ping it:
// OP_MSG, and the OP_QUERY of the first message. It stores nothing.
//
// node mongodb.mjs <port> <user> <password>
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { BSON } from "mongodb";

const [port, user, password] = process.argv.slice(2);
const HOST = "127.0.0.1";
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const SALT = randomBytes(16);
const ITERATIONS = 4096;

/** `standalone`, or what a member of a replica set says of itself: `primary` or `secondary`. */
let role = "standalone";
let connections = 0;
let pings = 0;

createServer((socket) => {
  connections++;
  const session = { isIn: false };
  let received = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    received = Buffer.concat([received, bytes]);
    while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
      const length = received.readInt32LE(0);
      socket.write(answer(received.subarray(0, length), session));
      received = received.subarray(length);
    }
  });
}).listen(Number(port), HOST);

function answer(message, session) {
  const id = message.readInt32LE(4);
  if (message.readInt32LE(12) === OP_QUERY) {
    // Flags, the name of a collection that ends with 0, and two numbers stand before the document.
    const document = message.indexOf(0, 20) + 1 + 8;
    const reply = run(BSON.deserialize(message.subarray(document)), session);
    const head = Buffer.alloc(20);
    head.writeInt32LE(1, 16);
    return framed(id, OP_REPLY, Buffer.concat([head, BSON.serialize(reply)]));
  }
  // Flags, and the kind of the first section.
  const reply = run(BSON.deserialize(message.subarray(21)), session);
  return framed(id, OP_MSG, Buffer.concat([Buffer.alloc(5), BSON.serialize(reply)]));
}

function framed(responseTo, code, body) {
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + body.length, 0);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(code, 12);
  return Buffer.concat([head, body]);
}

function run(command, session) {
  const [name] = Object.keys(command);
  if (/^(?:hello|ismaster)$/i.test(name)) return hello(command);
  if (name === "saslStart" || name === "saslContinue") return authenticate(command, session);
  if (name === "endSessions") return { ok: 1 };
  if (!session.isIn) return failed(13, "Unauthorized", `command ${name} requires authentication`);
  if (name === "ping") {
    pings++;
    return { ok: 1 };
  }
  if (name === "setRole") {
    role = command.setRole;
    return { ok: 1 };
  }
  if (name === "serverStatus") return { connections, pings, ok: 1 };
  return failed(59, "CommandNotFound", `no such command: '${name}'`);
}

function failed(code, codeName, errmsg) {
  return { ok: 0, code, codeName, errmsg };
}

function hello({ saslSupportedMechs }) {
  const me = `${HOST}:${port}`;
  return {
    helloOk: true,
    isWritablePrimary: role !== "secondary",
    ismaster: role !== "secondary",
    ...(role !== "standalone" && {
      setName: "hale",
      setVersion: 1,
      hosts: [me],
      me,
      secondary: role === "secondary",
      ...(role === "primary" && { primary: me }),
    }),
    ...(saslSupportedMechs && { saslSupportedMechs: ["SCRAM-SHA-256"] }),
    maxBsonObjectSize: 16777216,
    maxMessageSizeBytes: 48000000,
    maxWriteBatchSize: 100000,
    minWireVersion: 0,
    maxWireVersion: 21,
    ok: 1,
  };
}

/** SCRAM-SHA-256, as RFC 7677 has it. */
function authenticate(command, session) {
  const payload = String(command.payload);
  const fields = Object.fromEntries(
    [...payload.matchAll(/([a-z])=([^,]*)/g)].map(([, key, value]) => [key, value]),
  );
  if (command.saslStart) {
    session.nonce = fields.r + randomBytes(12).toString("base64");
    session.user = fields.n;
    const first = `r=${session.nonce},s=${SALT.toString("base64")},i=${ITERATIONS}`;
    session.text = `${payload.replace(/^n,[^,]*,/, "")},${first}`;
    return sasl(first, false);
  }
  const salted = pbkdf2Sync(password, SALT, ITERATIONS, 32, "sha256");
  const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
  const text = `${session.text},${payload.replace(/,p=.*$/, "")}`;
  const clientKey = hmac(salted, "Client Key");
  const signature = hmac(createHash("sha256").update(clientKey).digest(), text);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]));
  const given = /p=(.*)$/.exec(payload)?.[1];
  if (session.user !== user || given !== proof.toString("base64")) {
    return failed(18, "AuthenticationFailed", "Authentication failed.");
  }
  session.isIn = true;
  return sasl(`v=${hmac(hmac(salted, "Server Key"), text).toString("base64")}`, true);
}

function sasl(payload, done) {
  return { conversationId: 1, done, payload: new BSON.Binary(Buffer.from(payload)), ok: 1 };
}
