import { connect } from "node:http2";
import { connect as connectTls } from "node:tls";
import type { Asking, Reply } from "./ask.ts";

/** Sends one request over HTTP/2, on a session of its own, and resolves to the whole reply. */
export function askHttp2(
  base: string,
  method: string,
  path: string,
  { headers = {}, body }: Asking = {},
): Promise<Reply> {
  const session = connect(base, { rejectUnauthorized: false });
  return new Promise<Reply>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request(
      { ":method": method, ":path": path, ...headers },
      { endStream: body === undefined },
    );
    const chunks: Buffer[] = [];
    let reply = {} as Reply["headers"] & { readonly ":status"?: number };
    stream.on("response", (received) => {
      reply = received as typeof reply;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () => {
      const { ":status": status = 0, ...rest } = reply;
      resolve({ status, headers: rest, body: Buffer.concat(chunks).toString() });
    });
    if (body !== undefined) stream.end(body);
  }).finally(() => session.destroy());
}

/** Sends bytes as they are over TLS; resolves to each chunk that came before the connection ended. */
export function askRawOverTls(port: number, text: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    const how = { port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] };
    const socket = connectTls(how, () => socket.write(text));
    socket.on("data", (chunk) => chunks.push(chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(chunks));
  });
}
