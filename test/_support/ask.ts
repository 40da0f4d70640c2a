import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is sent besides the method and the path. */
export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one request on a connection of its own and resolves to the whole reply. */
export function ask(
  base: string,
  method: string,
  path: string,
  asking: Asking = {},
): Promise<Reply> {
  const { hostname, port } = new URL(base);
  const length = Buffer.byteLength(asking.body ?? "");
  const headers = { ...asking.headers, ...(length > 0 && { "content-length": String(length) }) };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.end(asking.body);
  });
}

/** Sends bytes as they are and resolves to each chunk that came before the connection ended. */
export function askRaw(base: string, text: string): Promise<string[]> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on("data", (chunk) => chunks.push(chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(chunks));
  });
}
