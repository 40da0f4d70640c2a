import { type IncomingMessage, request as requestPlain } from "node:http";
import type { Socket } from "node:net";
import { headerRecord } from "./header-record.ts";
import { onAbort } from "./on-abort.ts";
import { describeFailure, ProbeFailure, type Stage } from "./probe-failure.ts";
import type { HttpTarget } from "./target.ts";
import { type TlsSettings, tlsOptions } from "./tls-settings.ts";

/** The part of a body that is waited for: none of it, what is kept, or all of it. */
export type BodyRule = "none" | "kept" | "whole";

/** Request headers by their names in lower case; each value of a list is a line of its own. */
export type RequestHeaders = Readonly<Record<string, string | string[]>>;

/** A request, and how its response is read. */
export interface HttpQuery {
  readonly method: string;
  readonly headers: RequestHeaders;
  readonly tls: TlsSettings;
  /** Bytes of the body that are kept. */
  readonly keep: number;
  readonly body: BodyRule;
  /** Whether responses are accepted that are not quite HTTP, such as lines that end with LF alone. */
  readonly lenient?: boolean;
}

/** The reply of a server. */
export interface HttpReply {
  readonly status: number;
  /** Headers by their names in lower case, of a record that inherits nothing; the values of one name are joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** The start of the body. */
  readonly body: string;
  /** Whether the body was longer than what was kept. */
  readonly truncated: boolean;
}

/**
 * Sends one request over a connection of its own, and reads the response.
 *
 * @throws ProbeFailure
 */
export async function exchange(
  target: HttpTarget,
  query: HttpQuery,
  signal: AbortSignal,
): Promise<HttpReply> {
  const send = target.secure ? (await import("node:https")).request : requestPlain;
  let stage: Stage = "connect";
  return new Promise((resolve, reject) => {
    const request = send({
      ...addressOptions(target),
      ...(target.secure ? tlsOptions(query.tls) : {}),
      // A connection of its own, as a prober has, which no pool keeps open.
      agent: false,
      method: query.method,
      path: target.path,
      // Node would replace an empty one.
      setHost: false,
      headers: { host: target.authority, connection: "close", ...query.headers },
      ...(query.lenient === true && { insecureHTTPParser: true }),
    });
    const settle = (report: () => void) => {
      release();
      request.destroy();
      report();
    };
    const fail = (error: unknown) => settle(() => reject(describeFailure(error, stage)));
    request.on("error", fail);
    request.on("socket", (socket: Socket) => {
      socket.once("connect", () => {
        stage = target.secure ? "handshake" : "response";
      });
      socket.once("secureConnect", () => {
        stage = "response";
      });
    });
    request.on("response", (response) => {
      stage = "body";
      // Such as that of a connection which ends before the body does.
      response.on("error", fail);
      readBody(response, query, (body, truncated) =>
        settle(() =>
          resolve({
            status: response.statusCode ?? 0,
            headers: headersOf(response),
            body,
            truncated,
          }),
        ),
      );
    });
    request.on("upgrade", () => {
      fail(new ProbeFailure("", "the server switched protocols (101)", stage));
    });
    request.end();
    const release = onAbort(signal, fail);
  });
}

function addressOptions({ address }: HttpTarget) {
  return address.path === undefined
    ? { host: address.host, port: address.port }
    : { socketPath: address.path };
}

/** Reads so much of a body as the query says, and reports its start. */
function readBody(
  response: IncomingMessage,
  { keep, body }: HttpQuery,
  done: (text: string, truncated: boolean) => void,
): void {
  const kept: Buffer[] = [];
  let length = 0;
  const finish = () => {
    const text = Buffer.concat(kept).subarray(0, keep).toString("utf8");
    // A byte order mark says how a text is encoded, and is no part of it.
    done(text.replace(/^\uFEFF/, ""), length > keep);
  };
  if (body === "none") {
    finish();
    return;
  }
  response.on("data", (chunk: Buffer) => {
    if (length < keep) kept.push(chunk);
    length += chunk.length;
    if (length > keep && body === "kept") finish();
  });
  response.on("end", finish);
}

/** The headers as they came, since an early Node 20 fails to collect those with the name of a property of every object. */
function headersOf({ rawHeaders }: IncomingMessage): HttpReply["headers"] {
  const names = rawHeaders.filter((_, at) => at % 2 === 0);
  return headerRecord(names.map((name, at) => [name, rawHeaders[2 * at + 1] ?? ""]));
}
