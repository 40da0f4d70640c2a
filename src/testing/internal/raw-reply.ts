/** The response to a raw request. */
export interface Reply {
  readonly status: number;
  /** The headers by names in lower case; repeated ones are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /**
   * Whether the body began in the chunk in which the head ended, as it does after one write, however the network
   * splits that; true without a body.
   */
  readonly together: boolean;
}

/** Matches an interim response, such as `100 Continue`, but not a switch of protocols, which is final. */
const INTERIM = /HTTP\/1\.[01] 1(?!01)\d\d[\s\S]*?\r\n\r\n/y;

/** Removes the interim responses in front of the final one, of which a server may send any number (RFC 9110, 15.2). */
function finalResponseIn(received: string): string {
  let start = 0;
  for (;;) {
    INTERIM.lastIndex = start;
    if (!INTERIM.test(received)) return received.slice(start);
    start = INTERIM.lastIndex;
  }
}

/** Whether a whole response has arrived, by its length, its last chunk, or a status that has no body. */
export function isWhole(received: string, isHead: boolean): boolean {
  const text = finalResponseIn(received);
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  if (/^HTTP\/1\.[01] (?:101|204|304)/.test(text)) return true;
  // A body after HEAD would be an error: waiting for the end of the connection detects it.
  if (isHead) return false;
  const { "content-length": length, "transfer-encoding": coding } = headersOf(text.slice(0, end));
  if (length !== undefined) return text.length - end - 4 >= Number(length);
  return coding !== undefined && text.endsWith("0\r\n\r\n");
}

/** Whether the head of the final response has arrived, and nothing of its body yet. */
export function isHeadAlone(received: string): boolean {
  const text = finalResponseIn(received);
  const end = text.indexOf("\r\n\r\n");
  return end !== -1 && end === text.length - 4;
}

/** Reads a response; `undefined` when the text is none. */
export function replyOf(received: string, together: boolean): Reply | undefined {
  const text = finalResponseIn(received);
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  const end = text.indexOf("\r\n\r\n");
  if (status === undefined || end === -1) return undefined;
  const headers = headersOf(text.slice(0, end));
  const raw = text.slice(end + 4);
  const chunked = headers["transfer-encoding"]?.includes("chunked") ?? false;
  const body = Buffer.from(chunked ? unchunked(raw) : raw, "latin1").toString();
  return { status: Number(status), headers, body, together: together || body === "" };
}

function headersOf(head: string): Record<string, string> {
  // Without a prototype, in which a header such as `constructor` would be found.
  const headers: Record<string, string> = Object.create(null);
  for (const line of head.split("\r\n").slice(1)) {
    const [, name = "", value = ""] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}

function unchunked(text: string): string {
  let rest = text;
  let body = "";
  for (;;) {
    const [, size = "0", after = ""] = /^([0-9a-f]+)[^\r]*\r\n([\s\S]*)$/i.exec(rest) ?? [];
    const length = Number.parseInt(size, 16);
    if (length === 0) return body;
    body += after.slice(0, length);
    rest = after.slice(length + 2);
  }
}
