/** One response on a connection, as a strict reader takes it. */
export interface RawReply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const FIELD = /^[A-Za-z-]+: [\x20-\x7e]*$/;

/**
 * Takes what came on a connection apart into its responses. Throws where a length does not fit, so that
 * no byte of one response can be taken for another.
 */
export function repliesOf(received: string, methods: readonly string[] = []): RawReply[] {
  // A character for each byte, since lengths count bytes.
  const bytes = Buffer.from(received).toString("latin1");
  const replies: RawReply[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n\r\n", at);
    const head = bytes.slice(at, end);
    const status = Number(/^HTTP\/1\.[01] (\d{3}) [\w '-]*(?:\r\n|$)/.exec(head)?.[1]);
    const fields = head.split("\r\n").slice(1);
    if (end === -1 || Number.isNaN(status) || !fields.every((field) => FIELD.test(field))) {
      throw new Error(`This is no response: ${JSON.stringify(bytes.slice(at, at + 500))}`);
    }
    at = end + 4;
    if (status < 200) continue;
    const length = methods[replies.length] === "HEAD" ? 0 : lengthOf(head, bytes.length - at);
    if (at + length > bytes.length) throw new Error(`The body of this has ended too soon: ${head}`);
    const body = Buffer.from(bytes.slice(at, at + length), "latin1").toString();
    replies.push({ status, head, body });
    at += length;
  }
  return replies;
}

/** Node's own complaints have no length, and end the connection. */
function lengthOf(head: string, rest: number): number {
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return length === undefined ? rest : Number(length);
}
