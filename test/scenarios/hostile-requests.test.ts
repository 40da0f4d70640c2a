import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../_support/ask.ts";
import {
  type Attacked,
  HEALTHY,
  sendRaw,
  startUnderAttack,
  TOKEN,
  WAYS,
} from "../_support/hostile.ts";
import { IS_LLHTTP_8 } from "../_support/http-parser.ts";
import { type RawReply, repliesOf } from "../_support/replies.ts";

/** What the requests hold that no answer may repeat. */
const MARK = "h0st1le";

/** A status, or that the request is the application's, or one of several that Node chooses from. */
type Expected = number | "passes" | readonly number[];

interface Attack {
  readonly name: string;
  /** What is sent; it makes the server end the connection. */
  readonly bytes: string;
  readonly expected: readonly Expected[];
  /** Whether it is over a limit of the servers that hale opens itself, which end the connection. */
  readonly overLimit?: true;
  readonly methods?: readonly string[];
}

const REFUSED = [[400]] as const;

/** A request that is the last one on its connection. */
function last(line: string, fields: readonly string[] = [], body = ""): string {
  return `${[line, "Host: a", "Connection: close", ...fields].join("\r\n")}\r\n\r\n${body}`;
}

/** A request after which another one comes. */
function first(line: string, fields: readonly string[] = [], body = ""): string {
  return `${[line, "Host: a", ...fields].join("\r\n")}\r\n\r\n${body}`;
}

const PROBE = last("GET /health/live HTTP/1.1");

function target(name: string, text: string, expected: Expected): Attack {
  return { name, bytes: last(`GET ${text} HTTP/1.1`), expected: [expected] };
}

const TARGETS: readonly Attack[] = [
  target("in absolute form", `http://${MARK}/health/live`, 200),
  target(
    "in absolute form, with a user, a port and a query",
    `https://a:b@${MARK}:9/readyz?x`,
    200,
  ),
  target("in absolute form, in capitals", `HTTP://${MARK}/livez`, 200),
  target("in absolute form of another scheme", `ftp://${MARK}/health`, "passes"),
  target("in absolute form of a path of the application", `http://${MARK}/a`, "passes"),
  { name: "*", bytes: last("OPTIONS * HTTP/1.1"), expected: ["passes"] },
  target("with two slashes before it", "//health/live", "passes"),
  target("with two slashes in it", "/health//live", "passes"),
  target("that is encoded", "/%68ealth/live", "passes"),
  target("that is encoded twice", "/%2568ealth/live", "passes"),
  target("with an encoded slash", "/health%2flive", "passes"),
  target("with an encoded NUL after it", "/health/live%00", "passes"),
  target("with a name that is encoded", "/health/deep/%64atabase", 404),
  target("with a name that is encoded twice", "/health/deep/%2564atabase", 404),
  target("with a name that is an encoded NUL", "/health/deep/%00", 404),
  target("with a name that climbs", "/health/deep/../../../etc/passwd", 404),
  target("with a name that climbs, encoded", "/health/deep/..%2f..%2fetc%2fpasswd", 404),
  target("with a name that is no encoding", "/health/deep/%", [404, 400]),
  target("with a name that is no UTF-8", "/health/deep/%FF%C0%80", [404, 400]),
  target("with a name that is HTML", `/health/deep/<b>${MARK}</b>`, 404),
  target("with the name __proto__", "/health/deep/__proto__", 404),
  target("with a name of every object", "/health/deep/valueOf", 404),
  target("with the name of a check that every object has", "/health/deep/constructor", 200),
  target("with such a name in readiness", "/readyz/toString", 200),
  target("with such a name in liveness", "/livez/constructor", 404),
  target("with a format that every object has", "/health?format=constructor", 400),
  target("with the format __proto__", "/health?format=__proto__", 400),
  target("with the format of no name", "/health?format=", 400),
  target("with a format that is HTML", `/health?format=<script>${MARK}`, 400),
  target("with a format that breaks the line", `/health?format=a%0d%0aX-${MARK}:%201`, 400),
  target("with two formats", `/health?format=json&format=${MARK}`, 200),
  target(
    "with the exclusion of __proto__",
    "/health/deep?exclude=__proto__&exclude=constructor",
    200,
  ),
  target("with a query that is no encoding", "/health/deep?%=%%%&exclude=%ZZ&exclude=%FF%C0", 200),
  target(
    "with a query of surrogates",
    "/health/deep?exclude=%ED%A0%80&exclude=\u{1F4A9}",
    [200, 400],
  ),
  target("with a query of 15 KiB", `/health/deep?${"exclude=a&".repeat(1500)}`, 200),
  target("with a query of one name", `/health/deep?exclude=${"a".repeat(15_000)}`, 200),
  target("with a fragment", `/health#${MARK}`, "passes"),
  target("of 64 KiB", `/health/deep/${"a".repeat(65_536)}`, 431),
  target("with a NUL", "/health/live\0", 400),
  target("with a line feed", "/health/live\nX: 1", [200, 400]),
];

const HEADS: readonly Attack[] = [
  {
    name: "a header of 64 KiB",
    bytes: last("GET /health HTTP/1.1", [`Accept: ${"a".repeat(65_536)}`]),
    expected: [431],
  },
  {
    name: "a header without an end",
    bytes: `GET /health HTTP/1.1\r\nHost: a\r\nAccept: ${"a".repeat(100_000)}`,
    expected: [431],
  },
  ...[",", ";", '"', "\\", "*/*,", "a/b;", "a/b;q=1,", 'a/b;c="', " ", "/", "=", "*/*;q=0.1,"].map(
    (part) => ({
      name: `an Accept of ${JSON.stringify(part)} all over`,
      bytes: last("GET /health HTTP/1.1", [`Accept: a${part.repeat(12_000 / part.length)}${MARK}`]),
      expected: [200],
    }),
  ),
  ...["Bearer", "Bearer ", "Bearer a ", "a", " ", "Basic ", "Bearer \t"].map((part) => ({
    name: `an Authorization of ${JSON.stringify(part)} all over`,
    bytes: last("GET /health HTTP/1.1", [
      `Authorization: Bearer ${part.repeat(12_000 / part.length)}${MARK}`,
    ]),
    expected: [200],
  })),
  {
    name: "the same header many times",
    bytes: last("GET /health HTTP/1.1", Array(700).fill(`Accept: x/${MARK}`)),
    expected: [200],
    overLimit: true,
  },
  {
    name: "two Authorizations, of which the second is right",
    bytes: last("GET /health/deep HTTP/1.1", [
      "Authorization: Bearer wrong-wrong-wrong",
      `Authorization: Bearer ${TOKEN}`,
    ]),
    expected: [200],
  },
  {
    name: "header names of every object",
    bytes: last("GET /health HTTP/1.1", [`__proto__: ${MARK}`, "constructor: a", "toString: b"]),
    expected: [200],
  },
  {
    name: "an Upgrade",
    bytes:
      "GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n",
    expected: [200],
  },
  { name: "CONNECT", bytes: "CONNECT /health HTTP/1.1\r\nHost: a\r\n\r\n", expected: [] },
  {
    name: "an expectation that nobody knows",
    bytes: last("GET /health HTTP/1.1", [`Expect: ${MARK}`]),
    // `listen` ignores it, and Node refuses it on a server of the service.
    expected: [[200, 417]],
  },
  {
    name: "a line that is folded",
    bytes: last("GET /health HTTP/1.1", ["X: a", ` ${MARK}: b`]),
    expected: [[200, 400]],
  },
  {
    name: "white space before the colon",
    bytes: last("GET /health HTTP/1.1", ["A : b"]),
    expected: IS_LLHTTP_8 ? [200] : REFUSED,
  },
  {
    name: "a bare CR in a header",
    bytes: last("GET /health HTTP/1.1", ["A: b\rC: d"]),
    expected: REFUSED,
  },
  {
    name: "a NUL in a header",
    bytes: last("GET /health HTTP/1.1", ["A: b\0c"]),
    expected: REFUSED,
  },
  { name: "no Host", bytes: "GET /health HTTP/1.1\r\n\r\n", expected: REFUSED },
  {
    name: "two Hosts",
    bytes: last("GET /health HTTP/1.1", [`Host: ${MARK}`]),
    expected: [[200, 400]],
  },
  { name: "HTTP/1.0 and no Host", bytes: "OPTIONS /readyz HTTP/1.0\r\n\r\n", expected: [200] },
  { name: "HTTP/0.9", bytes: "GET /health\r\n\r\n", expected: [[200, 400]] },
  { name: "a version that does not exist", bytes: last("GET /health HTTP/9.9"), expected: REFUSED },
  { name: "a method in small letters", bytes: last("get /health HTTP/1.1"), expected: REFUSED },
  { name: "a method that does not exist", bytes: last("HALE /health HTTP/1.1"), expected: REFUSED },
  {
    name: "a greeting of TLS",
    bytes: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    expected: REFUSED,
  },
  {
    name: "a preface of HTTP/2",
    bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    expected: REFUSED,
  },
  { name: "no words", bytes: "\0\xff\xfe\r\n\r\n", expected: REFUSED },
  { name: "empty lines", bytes: `\r\n\r\n${PROBE}`, expected: [200] },
];

const BODIES: readonly Attack[] = [
  {
    name: "a length and a body",
    bytes: first("GET /health HTTP/1.1", ["Content-Length: 5"], MARK.slice(0, 5)) + PROBE,
    expected: [200, 200],
  },
  {
    name: "a length of nothing",
    bytes: first("GET /health HTTP/1.1", ["Content-Length: 0"]) + PROBE,
    expected: [200, 200],
  },
  {
    name: "chunks",
    bytes:
      first(
        "GET /health/deep HTTP/1.1",
        ["Transfer-Encoding: chunked"],
        `7\r\n${MARK}\r\n0\r\n\r\n`,
      ) + PROBE,
    expected: [200, 200],
  },
  {
    name: "a length and a body, with HEAD",
    bytes: first("HEAD /health HTTP/1.1", ["Content-Length: 5"], "12345") + PROBE,
    expected: [200, 200],
    methods: ["HEAD"],
  },
  {
    name: "Expect: 100-continue",
    bytes:
      first("GET /health HTTP/1.1", ["Expect: 100-continue", "Content-Length: 5"], "12345") + PROBE,
    expected: [200, 200],
  },
  {
    name: "a large body",
    bytes: last("POST /health HTTP/1.1", ["Content-Length: 1000000"], `${MARK.repeat(142_857)}a`),
    expected: [405],
  },
  {
    name: "a request in the body of another",
    bytes: first("POST /health HTTP/1.1", [`Content-Length: ${PROBE.length}`], PROBE) + PROBE,
    expected: [405, 200],
  },
  {
    name: "a length and chunks",
    bytes: first(
      "POST /health HTTP/1.1",
      ["Content-Length: 4", "Transfer-Encoding: chunked"],
      `0\r\n\r\n${PROBE}`,
    ),
    expected: REFUSED,
  },
  {
    name: "chunks and a length",
    bytes: first(
      "POST /health HTTP/1.1",
      ["Transfer-Encoding: chunked", "Content-Length: 4"],
      `0\r\n\r\n${PROBE}`,
    ),
    expected: REFUSED,
  },
  ...[
    "Content-Length: 5",
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 0x5",
    "Content-Length: 5,5",
  ].map((field) => ({
    name: `another length: ${field}`,
    bytes: first("GET /health HTTP/1.1", ["Content-Length: 4", field], `1234${PROBE}`),
    expected: REFUSED,
  })),
  ...["xchunked", "chunked, identity", "chunked, xchunked"].map((coding) => ({
    name: `an encoding that nobody knows: ${coding}`,
    bytes: first("POST /health HTTP/1.1", [`Transfer-Encoding: ${coding}`], `0\r\n\r\n${PROBE}`),
    expected: [[400, 405]],
  })),
  {
    name: "a chunk of no size",
    bytes: first("GET /health HTTP/1.1", ["Transfer-Encoding: chunked"], "zz\r\nabc\r\n0\r\n\r\n"),
    expected: [[200, 400]],
  },
];

const CHAIN = [
  ["GET /health/live HTTP/1.1", 200, '{"status":"ok"}'],
  ["GET /health/deep HTTP/1.1", 200, HEALTHY],
  ["HEAD /health/deep HTTP/1.1", 200, ""],
  ["GET /readyz?format=kubernetes HTTP/1.1", 200, "ok"],
  ["POST /health HTTP/1.1", 405, undefined],
  ["GET /health/deep/none HTTP/1.1", 404, undefined],
  ["GET /readyz/constructor HTTP/1.1", 200, '{"status":"ok"}'],
  ["GET /health?format=none HTTP/1.1", 400, undefined],
] as const;

/** Every body that somebody without a token may get of these requests is one of these, or begins so. */
const BODIES_OF_HALE = [
  `{"status":"ok"}`,
  `{"status":"healthy","checks":{`,
  `{"error":"HALE_`,
  "ok",
  "[+]database ok",
];

describe.each(Object.keys(WAYS))("%s", (way) => {
  /** Whether hale has opened the server, with limits that act before the HTTP parser. */
  const isLimited = way.includes("listen");
  let server: Attacked;
  beforeAll(async () => {
    server = await startUnderAttack(way);
  });
  afterAll(() => server.close());

  const answers = async ({ bytes, methods = [] }: Attack) => {
    const replies = repliesOf(await sendRaw(server.base, bytes), methods);
    expect(await ask(server.base, "GET", "/health/deep")).toMatchObject({
      status: 200,
      body: HEALTHY,
    });
    return replies;
  };

  const isExpected = ({ status, body }: RawReply, expected: Expected) => {
    if (expected !== "passes") {
      const known = body === "" || BODIES_OF_HALE.some((start) => body.startsWith(start));
      return known || status >= 400 ? [expected].flat().includes(status) : false;
    }
    // What is the application's is judged by nobody here, but it is not answered with a verdict.
    return status < 500 && !BODIES_OF_HALE.includes(body);
  };

  test.each([...TARGETS, ...HEADS, ...BODIES])(
    "$name is answered, and harms nothing",
    async (attack) => {
      const replies = await answers(attack);
      const seen = replies.map(({ status, body }) => `${status} ${body.slice(0, 80)}`);
      const ends = attack.overLimit === true && isLimited;
      expect(seen, `expected ${JSON.stringify(attack.expected)}`).toHaveLength(
        ends ? 0 : attack.expected.length,
      );
      for (const [index, reply] of replies.entries()) {
        const expected = attack.expected[index] ?? "passes";
        expect.soft(isExpected(reply, expected), `${seen[index]}, not ${expected}`).toBe(true);
        if (expected === "passes") continue;
        expect.soft(`${reply.head}${reply.body}`).not.toContain(MARK);
        expect.soft(reply.body.length).toBeLessThan(10_240);
      }
    },
  );

  test("many requests at once are answered in their order", async () => {
    const requests = Array.from({ length: 40 }, () => CHAIN).flat();
    const bytes = requests.map(([line]) => first(line)).join("") + PROBE;
    const methods = requests.map(([line]) => line.slice(0, line.indexOf(" ")));
    const replies = repliesOf(await sendRaw(server.base, bytes), methods);
    if (isLimited) {
      // More requests than a prober has under way end the connection; those before it are answered.
      expect(replies.length).toBeLessThanOrEqual(16);
      expect(await ask(server.base, "GET", "/health/deep")).toMatchObject({ body: HEALTHY });
      return;
    }
    expect(replies).toHaveLength(requests.length + 1);
    for (const [index, [line, status, body]] of requests.entries()) {
      expect.soft(replies[index]?.status, line).toBe(status);
      if (body !== undefined) expect.soft(replies[index]?.body, line).toBe(body);
    }
  });
});
