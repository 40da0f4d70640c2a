import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HealthRequest, HealthResponse } from "../../src/contract/http.ts";
import { PROBES } from "../../src/contract/probe.ts";
import { ask } from "../_support/ask.ts";
import {
  type Attacked,
  HEALTHY,
  healthUnderAttack,
  sendRawHalf,
  startUnderAttack,
  TOKEN,
} from "../_support/hostile.ts";
import { repliesOf } from "../_support/replies.ts";

// The same requests each time: a run that fails can be run again.
const SEED = 20_240_917;

/** A text that no answer may repeat. */
const MARK = "h0st1le";

const PIECES = fc.constantFrom(
  ...["/", "//", "health", "live", "ready", "deep", "livez", "readyz", "database", "constructor"],
  ...[
    "__proto__",
    "..",
    ".",
    "%",
    "%2f",
    "%00",
    "%FF",
    "%252e",
    "\0",
    "\r\n",
    " ",
    "#",
    "*",
    "@",
    ":",
  ],
  ...["?", "&", "=", "exclude=", "format=", "verbose", "json", "html", "kubernetes", "toString"],
  ...["http://", "https://", "\ud800", "\udc00", "\u{1F4A9}", "<script>", MARK, "é", "\u2028"],
);
const LIKE_TARGETS = fc
  .array(PIECES, { maxLength: 8 })
  .map((pieces) => pieces.join(""))
  .chain((rest) =>
    fc
      .constantFrom(
        ...["", "/", "/health", "/health/", "/health/deep", "/health/deep/", "/readyz", "/livez?"],
        ...["/health/deep?verbose&", "/readyz?format=", "/health/deep?exclude=", "http://a/livez"],
      )
      .map((start) => start + rest),
  );
const TEXTS = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ maxLength: 60 }));
const TARGETS = fc.oneof({ weight: 4, arbitrary: LIKE_TARGETS }, TEXTS);

const LIKE_ACCEPTS = fc
  .array(
    fc.constantFrom(
      ...[
        "*/*",
        "text/html",
        "text/plain",
        "application/",
        "json",
        "health+json",
        ";q=",
        "0.5",
        "1",
      ],
      ...[",", ";", '"', "\\", " ", "=", "version=0.0.4", "/", "*", "q", "-1", "NaN", "\0", MARK],
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));
const LIKE_TOKENS = fc
  .array(fc.constantFrom("Bearer", "bearer", " ", "\t", "\0", "Basic", TOKEN.slice(1), "é", MARK))
  .map((pieces) => pieces.join(""));
const maybe = (texts: fc.Arbitrary<string>) =>
  fc.oneof(texts, TEXTS, fc.constantFrom(undefined, null, ""));

const REQUESTS = fc.record({
  method: fc.oneof({ weight: 5, arbitrary: fc.constantFrom("GET", "HEAD", "OPTIONS") }, TEXTS),
  url: TARGETS,
  accept: maybe(LIKE_ACCEPTS),
  authorization: maybe(LIKE_TOKENS),
  probe: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constantFrom(...PROBES)),
});

/** Fails unless an answer is one that a service whose checks are all up may give to a stranger. */
function isHarmless(
  answer: HealthResponse,
  { method, url }: Pick<HealthRequest, "method" | "url">,
) {
  const { status, headers, body } = answer;
  expect([200, 400, 404, 405]).toContain(status);
  if (method === "HEAD") expect(body).toBe("");
  else expect(headers["Content-Length"]).toBe(String(Buffer.byteLength(body)));
  for (const [name, value] of Object.entries(headers)) {
    expect(name).toMatch(/^[A-Z][A-Za-z-]+$/);
    expect(value).toMatch(/^[\x20-\x7e]+$/);
  }
  expect(body.length).toBeLessThan(10_240);
  expect(body).not.toContain('"state"');
  // The names that ?exclude= has, and no check, are told of in this one text.
  const isText = headers["Content-Type"]?.startsWith("text/plain") === true;
  if (!(isText && url.includes("exclude="))) expect(body).not.toContain(MARK);
}

test("whatever is asked, the answer is harmless or there is none, and the next one is right", async () => {
  const health = healthUnderAttack();
  await health.whenReady();
  const ask = async ({ accept, authorization, ...request }: Asked) =>
    health.handle({
      ...request,
      header: (name) => ({ accept, authorization })[name],
    });
  await fc.assert(
    fc.asyncProperty(REQUESTS, async (request) => {
      const answer = await ask(request);
      if (answer !== undefined) isHarmless(answer, request);
      const good = await health.handle({
        method: "GET",
        url: "/health/deep",
        header: () => undefined,
      });
      expect(good).toMatchObject({ status: 200, body: HEALTHY });
    }),
    { seed: SEED, numRuns: 1000 },
  );
  await health.close();
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly accept: string | null | undefined;
  readonly authorization: string | null | undefined;
}

const latin1 = (text: string) => Buffer.from(text, "latin1");
const BYTES = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const LINES = fc
  .array(
    fc.constantFrom(
      ...[
        "GET ",
        "HEAD ",
        "OPTIONS ",
        "POST ",
        "PRI * ",
        "/health",
        "/health/deep",
        "*",
        "http://a/",
      ],
      ...[
        " HTTP/1.1\r\n",
        " HTTP/1.0\r\n",
        "\r\n",
        "\n",
        "\r",
        "Host: a\r\n",
        "Connection: close\r\n",
      ],
      ...["Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n", "0\r\n\r\n"],
      ...[
        "Expect: 100-continue\r\n",
        "Upgrade: h2c\r\n",
        ": ",
        "\0",
        "\x80",
        " ",
        "?format=html",
        MARK,
      ],
    ),
    { maxLength: 14 },
  )
  .map((lines) => latin1(lines.join("")));
const WHOLE = fc
  .tuple(LIKE_TARGETS, LIKE_ACCEPTS)
  .map(([target, accept]) =>
    latin1(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: ${accept}\r\n\r\n`),
  );

describe.each(["listen", "listen, with a thread", "attach to node:http"])("%s", (way) => {
  let server: Attacked;
  beforeAll(async () => {
    server = await startUnderAttack(way);
  });
  afterAll(() => server.close());

  test("whatever bytes are sent, what comes back is no failure, and the next one is answered", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(BYTES, LINES, WHOLE), async (bytes) => {
        const received = await sendRawHalf(server.base, bytes);
        const heads = [...bytes.toString("latin1").matchAll(/HEAD /g)].map(() => "HEAD");
        // What HEAD is answered with has no body, so its length cannot be told from the bytes alone.
        if (heads.length === 0) {
          for (const { status } of repliesOf(received)) expect(status).toBeLessThan(500);
        } else expect(received).not.toMatch(/^HTTP\/1\.1 5/m);
        const good = await ask(server.base, "GET", "/health/deep");
        expect(good).toMatchObject({ status: 200, body: HEALTHY });
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
