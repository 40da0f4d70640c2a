import { describe, expect, test } from "vitest";
import { createResponses, isMethod, METHODS } from "../../src/http/responses.ts";

const headers = (type: string, length: number) => ({
  "Content-Type": type,
  "Content-Length": String(length),
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  Vary: "Accept",
});

describe("an answer", () => {
  const answer = createResponses(503, "text/plain", "no\n");

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
    const { GET, HEAD, OPTIONS } = createResponses(200, "text/plain", body);
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
