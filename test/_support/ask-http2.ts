import { connect, type IncomingHttpHeaders } from "node:http2";
import type { RawRequest, Reply } from "../../src/testing/raw-http-client.ts";

/** Sends one request over HTTP/2, on a session of its own, and resolves to the whole reply. */
export function askHttp2(
  base: string,
  method: string,
  path: string,
  { headers = {}, body = "" }: RawRequest = {},
): Promise<Reply> {
  const session = connect(base, { rejectUnauthorized: false });
  return new Promise<Reply>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request(
      { ":method": method, ":path": path, ...headers },
      { endStream: body === "" },
    );
    let reply: Reply = { status: 0, headers: {}, body: "", together: true };
    /** What is read from the connection at once comes in one turn of the event loop. */
    let turns = 0;
    stream.on("response", (received) => {
      reply = { ...reply, status: received[":status"] ?? 0, headers: plain(received) };
      setImmediate(() => turns++);
    });
    stream.on("data", (chunk: Buffer) => {
      const first = reply.body === "";
      const body = reply.body + chunk.toString("latin1");
      reply = { ...reply, body, together: first ? turns === 0 : reply.together };
    });
    stream.on("error", reject);
    stream.on("end", () => {
      resolve({ ...reply, body: Buffer.from(reply.body, "latin1").toString() });
    });
    if (body !== "") stream.end(body);
  }).finally(() => session.destroy());
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const named = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
}
