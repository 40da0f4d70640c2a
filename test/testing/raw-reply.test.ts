import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { isHeadAlone, isWhole, replyOf } from "../../src/testing/internal/raw-reply.ts";
import { RawHttpClient } from "../../src/testing/raw-http-client.ts";
import { serve } from "../_support/serve.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HINTS = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\ncontent-length: 9\r\n\r\n";
const HEAD = "HTTP/1.1 503 No\r\ncontent-length: 4\r\n\r\n";

test.each([
  ["no interim response", ""],
  ["one", CONTINUE],
  ["two", CONTINUE + HINTS],
  ["three", HINTS + HINTS + CONTINUE],
  ["as many as fit in the limit of a response", CONTINUE.repeat(1024 * 40)],
])("%s stands in front of the final one", (_, interim) => {
  expect(isWhole(interim, false)).toBe(false);
  expect(isWhole(`${interim}${HEAD}dow`, false)).toBe(false);
  expect(isWhole(`${interim}${HEAD}down`, false)).toBe(true);
  expect(isHeadAlone(interim)).toBe(false);
  expect(isHeadAlone(`${interim}${HEAD}`)).toBe(true);
  expect(isHeadAlone(`${interim}${HEAD}d`)).toBe(false);
  expect(replyOf(interim, true)).toBeUndefined();
  expect(replyOf(`${interim}${HEAD}down`, true)).toMatchObject({ status: 503, body: "down" });
});

test("a switch of protocols is final", () => {
  const upgrade = "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n";
  expect(isWhole(CONTINUE + upgrade, false)).toBe(true);
  expect(replyOf(CONTINUE + upgrade, true)).toMatchObject({ status: 101 });
});

test("the first bytes of a head are no head", () => {
  for (let length = 0; length < HEAD.length; length++) {
    expect(isHeadAlone(HEAD.slice(0, length))).toBe(false);
  }
});

test("a client reads the final response of a server that sends two interim ones", async () => {
  const server = createServer((_, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: "</a>; rel=preload" });
    response.writeHead(503).end("down");
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  const reply = await new RawHttpClient(base, 30_000).request("GET", "/");
  expect(reply).toMatchObject({ status: 503, body: "down" });
});

test("a header is there when it was sent, and never by its name alone", () => {
  const names = ["constructor", "__proto__", "toString"];
  const without = replyOf(`${HEAD}down`, true);
  for (const name of names) expect(without?.headers[name]).toBeUndefined();
  const lines = names.map((name) => `${name}: a\r\n${name}: b\r\n`).join("");
  const reply = replyOf(`HTTP/1.1 200 OK\r\n${lines}\r\n`, true);
  expect(Object.entries(reply?.headers ?? {})).toEqual(
    names.map((name) => [name.toLowerCase(), "a, b"]),
  );
});
