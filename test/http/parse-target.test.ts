import { expect, test } from "vitest";
import { parseTarget } from "../../src/http/parse-target.ts";

test.each([
  ["/livez", "/livez", ""],
  ["/", "/", ""],
  ["/livez?", "/livez", ""],
  ["/livez?format=json", "/livez", "format=json"],
  ["/livez/?a=1&b=2", "/livez/", "a=1&b=2"],
  ["/livez?a=b?c=d", "/livez", "a=b?c=d"],
  ["/livez?next=/x", "/livez", "next=/x"],
  ["/livez?to=http://a/b", "/livez", "to=http://a/b"],
  ["/?x", "/", "x"],
  ["//livez", "//livez", ""],
  ["/a//b", "/a//b", ""],
  ["/%6civez", "/%6civez", ""],
  ["/livez#top", "/livez#top", ""],
  ["*", "*", ""],
  ["", "", ""],
  ["?x", "", "x"],
  ["livez", "livez", ""],
  ["db:5432", "db:5432", ""],
])("%j is the path %j with the query %j", (url, path, query) => {
  expect(parseTarget(url)).toEqual({ path, query });
});

test.each([
  ["http://app/livez", "/livez", ""],
  ["https://app/livez", "/livez", ""],
  ["HTTP://APP/livez", "/livez", ""],
  ["http://app:8080/livez?a=1", "/livez", "a=1"],
  ["http://bob:hunter2@app/livez", "/livez", ""],
  ["http://[::1]:8080/livez", "/livez", ""],
  ["http://app", "/", ""],
  ["http://app/", "/", ""],
  ["http://app?a=1", "/", "a=1"],
  ["http://app//livez", "//livez", ""],
])("the absolute form %j is the path %j with the query %j", (url, path, query) => {
  expect(parseTarget(url)).toEqual({ path, query });
});

test.each(["http://", "http:///livez", "http:/livez", "ftp://app/livez", "xhttp://app/livez"])(
  "%j is no path, so that it belongs to the application",
  (url) => {
    expect(parseTarget(url).path.startsWith("/")).toBe(false);
  },
);

test("a long target is taken apart as any other", () => {
  const query = "?".repeat(100_000);
  expect(parseTarget(`/livez?${query}`)).toEqual({ path: "/livez", query });
  expect(parseTarget(`http://${"a".repeat(100_000)}/livez`).path).toBe("/livez");
});
