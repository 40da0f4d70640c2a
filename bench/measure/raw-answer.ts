import { connect } from "node:net";
import { buffer } from "node:stream/consumers";

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** Without those that every `node:http` server adds by itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Everything, but for the value of `Date`. */
  readonly bytes: string;
}

const ADDED_BY_NODE = ["Date", "Connection", "Keep-Alive"];

/** Milliseconds that an answer may take. */
const PATIENCE = 5_000;

/** Asks for a path and returns the answer to the byte. */
export async function readAnswer(
  port: number,
  path: string,
  connection: "keep-alive" | "close",
  headers: readonly string[] = [],
): Promise<Answer> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`No answer within ${PATIENCE} ms.`)));
  const request = (kind: string) =>
    [`GET ${path} HTTP/1.1`, "Host: a", ...headers, `Connection: ${kind}`, "", ""].join("\r\n");
  // The second request ends the connection, and so says where the first answer ends.
  socket.write(
    connection === "close" ? request("close") : request("keep-alive") + request("close"),
  );
  const all = (await buffer(socket)).toString("latin1");
  const second = all.indexOf("HTTP/1.1 ", 1);
  return parse(second === -1 ? all : all.slice(0, second));
}

function parse(bytes: string): Answer {
  const end = bytes.indexOf("\r\n\r\n");
  const [first = "", ...lines] = bytes.slice(0, end).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers.filter(([name]) => !ADDED_BY_NODE.includes(name))),
    body: bytes.slice(end + 4),
    bytes: bytes.replace(/^Date: .*\r$/m, "Date: …\r"),
  };
}
