import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { reservePlace } from "../servers/_place.ts";

/** The topic that a responder has, with one partition. */
export const TOPIC = "orders";

/** The user that a responder lets in, when any is asked for. */
const CREDENTIALS = "\0hale\0correct-horse";

/** What a test changes of the answers. */
export interface KafkaAnswers {
  /** The code of the error in each answer to a heartbeat. */
  heartbeatError: number;
  /** The code of the error of a group that is described. */
  groupError: number;
  /** Messages that are in the partition; the first one is given out. */
  messages: number;
}

/** A broker of the tests' own, which speaks as much of Kafka's protocol as the tests need. */
export interface KafkaResponder {
  readonly url: string;
  readonly port: number;
  readonly answers: KafkaAnswers;
  /** Connections since the start. */
  readonly connections: number;
  pause(): Promise<void>;
  resume(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a responder. It is no Kafka: it keeps nothing, and knows one broker, one topic and groups of
 * one member, each request in its oldest version. The versions of requests it tells in a newer one as well.
 */
export async function startKafkaResponder(): Promise<KafkaResponder> {
  const answers: KafkaAnswers = { heartbeatError: 0, groupError: 0, messages: 0 };
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let isPaused = false;
  let connections = 0;
  // The port stays its own while it is killed.
  const { port, folder } = await reservePlace();
  let server: Server | undefined;

  function serve(socket: Socket): void {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const end = 4 + rest.readInt32BE(0);
        const request = new Reader(rest.subarray(4, end));
        rest = rest.subarray(end);
        const [key, version, correlation] = [request.int16(), request.int16(), request.int32()];
        request.string();
        const body =
          key === API_VERSIONS && version === 3
            ? compactVersions()
            : bodyOf(key, request, port, answers);
        const send = () => {
          if (socket.writable) socket.write(bytesOf(Buffer.concat([int32(correlation), body])));
        };
        if (isPaused) held.push(send);
        // A fetch that finds nothing waits a little, as at a broker.
        else if (key === FETCH) setTimeout(send, 50).unref();
        else send();
      }
    });
  }

  async function listen(): Promise<void> {
    server = createServer(serve).listen(port, "127.0.0.1");
    await once(server, "listening");
  }

  async function kill(): Promise<void> {
    isPaused = false;
    held.length = 0;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    server = undefined;
    await closed;
  }

  await listen();
  return {
    url: `kafka://hale:correct-horse@127.0.0.1:${port}`,
    port,
    answers,
    get connections() {
      return connections;
    },
    async pause() {
      isPaused = true;
    },
    async resume() {
      isPaused = false;
      for (const send of held.splice(0)) send();
    },
    kill,
    async restart() {
      await kill();
      await listen();
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const FETCH = 1;
const API_VERSIONS = 18;

/** The keys of the requests that are answered. */
const KEYS = [FETCH, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 36];

function bodyOf(key: number, request: Reader, port: number, answers: KafkaAnswers): Buffer {
  const broker = [int32(1), string("127.0.0.1"), int32(port)];
  switch (key) {
    case FETCH:
      return fetched(request, answers);
    case 2: // ListOffsets
      return list([string(TOPIC), list([int32(0), int16(0), list([int64(0)])])]);
    case 3: // Metadata
      return Buffer.concat([
        list(broker),
        list([
          int16(0),
          string(TOPIC),
          list([int16(0), int32(0), int32(1), list([int32(1)]), list([int32(1)])]),
        ]),
      ]);
    case 8: // OffsetCommit
      return list([string(TOPIC), list([int32(0), int16(0)])]);
    case 9: // OffsetFetch
      return list([string(TOPIC), list([int32(0), int64(-1), string(""), int16(0)])]);
    case 10: // FindCoordinator
      return Buffer.concat([int16(0), ...broker]);
    case 11: // JoinGroup
      return joined(request);
    case 12: // Heartbeat
      return int16(answers.heartbeatError);
    case 13: // LeaveGroup
      return int16(0);
    case 14: // SyncGroup
      return synced(request);
    case 15: // DescribeGroups
      return list([
        int16(answers.groupError),
        ...["billing", "Stable", "consumer", "range"].map(string),
        int32(0),
      ]);
    case 17: // SaslHandshake
      return Buffer.concat([int16(0), list([string("PLAIN")])]);
    case 36: // SaslAuthenticate
      return request.bytes().toString().endsWith(CREDENTIALS)
        ? Buffer.concat([int16(0), int16(-1), bytesOf(Buffer.alloc(0))])
        : Buffer.concat([int16(58), string("Authentication failed"), bytesOf(Buffer.alloc(0))]);
    default: // ApiVersions
      return Buffer.concat([
        int16(0),
        int32(KEYS.length),
        ...KEYS.flatMap((name) => [int16(name), ...versionsOf(name)]),
      ]);
  }
}

/** The versions of all requests, as the third version of that answer has them: in a compact list. */
function compactVersions(): Buffer {
  const none = Buffer.from([0]);
  return Buffer.concat([
    int16(0),
    Buffer.from([KEYS.length + 1]),
    ...KEYS.flatMap((name) => [int16(name), ...versionsOf(name), none]),
    int32(0),
    none,
  ]);
}

/** kafkajs does not know the oldest version of one request. */
function versionsOf(key: number): Buffer[] {
  const version = key === 9 ? 1 : 0;
  return [int16(version), int16(version)];
}

function joined(request: Reader): Buffer {
  request.string();
  request.int32();
  request.string();
  request.string();
  request.int32();
  const [protocol, metadata] = [request.string(), request.bytes()];
  return Buffer.concat([
    int16(0),
    int32(1),
    string(protocol),
    string("member"),
    string("member"),
    list([string("member"), bytesOf(metadata)]),
  ]);
}

function synced(request: Reader): Buffer {
  request.string();
  request.int32();
  request.string();
  request.int32();
  request.string();
  return Buffer.concat([int16(0), bytesOf(request.bytes())]);
}

function fetched(request: Reader, { messages }: KafkaAnswers): Buffer {
  request.int32();
  request.int32();
  request.int32();
  request.int32();
  request.string();
  request.int32();
  request.int32();
  const offset = request.int64();
  const message = Buffer.concat([
    int32(0),
    Buffer.from([0, 0]),
    int32(-1),
    bytesOf(Buffer.from("an order")),
  ]);
  const set = offset === 0n && messages > 0 ? [int64(0), bytesOf(message)] : [];
  return list([
    string(TOPIC),
    list([int32(0), int16(0), int64(messages), bytesOf(Buffer.concat(set))]),
  ]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

function string(text: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)]);
}

function bytesOf(bytes: Buffer): Buffer {
  return Buffer.concat([int32(bytes.length), bytes]);
}

/** A list of one entry. */
function list(entry: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(1), ...entry]);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  int64(): bigint {
    this.#at += 8;
    return this.#bytes.readBigInt64BE(this.#at - 8);
  }

  string(): string {
    const length = Math.max(0, this.int16());
    this.#at += length;
    return this.#bytes.toString("utf8", this.#at - length, this.#at);
  }

  bytes(): Buffer {
    const length = Math.max(0, this.int32());
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
