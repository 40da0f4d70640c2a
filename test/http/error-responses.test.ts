import { expect, test } from "vitest";
import { methodNotAllowed, noSuchCheck, unknownFormat } from "../../src/http/error-responses.ts";
import { METHODS } from "../../src/http/responses.ts";

const JSON_TYPE = "application/json; charset=utf-8";

const headers = (type: string, length: number) => ({
  "Content-Type": type,
  "Content-Length": String(length),
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  Vary: "Accept",
});

test("another method is told which ones there are", () => {
  const body =
    '{"error":"HALE_METHOD_NOT_ALLOWED","message":"Health endpoints are read-only. Allowed methods: GET, HEAD, OPTIONS."}';
  expect(methodNotAllowed()).toEqual({
    status: 405,
    headers: { ...headers(JSON_TYPE, body.length), Allow: "GET, HEAD, OPTIONS" },
    body,
  });
});

test("a check that is not there is 404, by every method", () => {
  const body = '{"error":"HALE_UNKNOWN_CHECK","message":"This probe has no such check."}';
  expect(noSuchCheck().GET).toEqual({
    status: 404,
    headers: headers(JSON_TYPE, body.length),
    body,
  });
  expect(METHODS.map((method) => noSuchCheck()[method].status)).toEqual([404, 404, 404]);
});

test("an unknown format is answered with those that there are", () => {
  const body =
    '{"error":"HALE_UNKNOWN_FORMAT","message":"Unknown format. Use one of: json, html."}';
  expect(unknownFormat(["json", "html"]).GET).toEqual({
    status: 400,
    headers: headers(JSON_TYPE, body.length),
    body,
  });
});
