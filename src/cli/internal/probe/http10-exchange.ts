import { headerRecord } from "./header-record.ts";
import type { HttpQuery, HttpReply } from "./http-exchange.ts";
import { onAbort } from "./on-abort.ts";
import { openSocket } from "./open-socket.ts";
import { describeFailure, ProbeFailure } from "./probe-failure.ts";
import type { HttpTarget } from "./target.ts";

/** The most bytes of a response head, as in Node's own parser. */
const MAX_HEAD = 16 * 1024;

/**
 * Sends one request by HTTP/1.0, which Node's own client cannot, and without a `Host`; reads the head of the response.
 *
 * @throws ProbeFailure
 */
export async function exchangeHttp10(
  target: HttpTarget,
  { method, headers, tls }: HttpQuery,
  signal: AbortSignal,
): Promise<HttpReply> {
  const socket = await openSocket(target.address, target.secure ? tls : undefined, signal);
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each}\r\n`),
  );
  return new Promise((resolve, reject) => {
    let head = "";
    const settle = () => {
      release();
      socket.destroy();
    };
    const fail = (error: unknown) => {
      settle();
      reject(describeFailure(error, "response"));
    };
    const notHttp = () => fail(new ProbeFailure("", "not an HTTP response", "response"));
    const release = onAbort(signal, fail);
    socket.on("error", fail);
    socket.on("end", notHttp);
    socket.on("data", (chunk: Buffer) => {
      head += chunk.toString("latin1");
      const end = head.search(/\r?\n\r?\n/);
      const reply = end === -1 ? undefined : readHead(head.slice(0, end));
      if (reply !== undefined) {
        settle();
        resolve(reply);
      } else if (end !== -1 || head.length > MAX_HEAD) notHttp();
    });
    socket.write(`${method} ${target.path} HTTP/1.0\r\n${lines.join("")}\r\n`, "latin1");
  });
}

/** Reads the head of an HTTP/1 response; `undefined` when it is none. */
function readHead(head: string): HttpReply | undefined {
  const [statusLine = "", ...lines] = head.split(/\r?\n/);
  const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine) ?? [];
  if (status === undefined) return undefined;
  const headers = lines
    .filter((line) => line.includes(":"))
    .map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
    });
  return { status: Number(status), headers: headerRecord(headers), body: "", truncated: false };
}
