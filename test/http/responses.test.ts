import { describe, expect, test } from "vitest";
import {
  complaint,
  createAnswer,
  isMethod,
  METHODS,
  methodNotAllowed,
  noSuchCheck,
} from "../../src/http/responses.ts";

const JSON_TYPE = "application/json; charset=utf-8";

const headers = (type: string, length: number) => ({
  "Content-Type": type,
  "Content-Length": String(length),
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  Vary: "Accept",
});

describe("an answer", () => {
  const answer = createAnswer(503, "text/plain", "no\n");

  test("to GET has every header and the body", () => {
    expect(answer.GET).toEqual({ status: 503, headers: headers("text/plain", 3), body: "no\n" });
  });

  test("to HEAD has the headers of GET, and no body", () => {
    expect(answer.HEAD).toEqual({ status: 503, headers: headers("text/plain", 3), body: "" });
  });

  test("to OPTIONS is that to GET, and says which methods there are", () => {
    expect(answer.OPTIONS).toEqual({
      status: 503,
      headers: { ...headers("text/plain", 3), Allow: "GET, HEAD, OPTIONS" },
      body: "no\n",
    });
  });

  test.each([
    ["", 0],
    ["abc", 3],
    ["é", 2],
    ["€", 3],
    ["🕑", 4],
    ["\ud800", 3],
  ])("of %j is %i bytes long", (body, length) => {
    const { GET, HEAD, OPTIONS } = createAnswer(200, "text/plain", body);
    for (const { headers } of [GET, HEAD, OPTIONS]) {
      expect(headers["Content-Length"]).toBe(String(length));
    }
  });
});

test("there are three methods, whose names are matched to the letter", () => {
  expect(METHODS.every(isMethod)).toBe(true);
  const others = ["", "get", "Get", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"];
  expect(others.filter(isMethod)).toEqual([]);
  expect(["__proto__", "constructor", "GET ", "GET,HEAD"].filter(isMethod)).toEqual([]);
});

test("another method is told which ones there are", () => {
  const body =
    '{"error":"HALE_METHOD_NOT_ALLOWED","message":"Health is only asked for. Use one of: GET, HEAD, OPTIONS."}';
  expect(methodNotAllowed()).toEqual({
    status: 405,
    headers: { ...headers(JSON_TYPE, body.length), Allow: "GET, HEAD, OPTIONS" },
    body,
  });
});

test("a check that is not there is 404, by every method", () => {
  const body = '{"error":"HALE_UNKNOWN_CHECK","message":"This probe shows no check of this name."}';
  expect(noSuchCheck().GET).toEqual({
    status: 404,
    headers: headers(JSON_TYPE, body.length),
    body,
  });
  expect(METHODS.map((method) => noSuchCheck()[method].status)).toEqual([404, 404, 404]);
});

test("what cannot be answered is told by its code and message", () => {
  const body = '{"error":"HALE_CLOSED","message":"It is closed."}';
  const answer = complaint(400, { code: "HALE_CLOSED", message: "It is closed." });
  expect(answer.GET).toEqual({ status: 400, headers: headers(JSON_TYPE, body.length), body });
});
