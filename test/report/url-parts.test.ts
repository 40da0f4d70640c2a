import { expect, test } from "vitest";
import { urlPartsOf } from "../../src/report/url-parts.ts";

test("a URL has its hosts without ports, and its user and path as names", () => {
  expect(
    urlPartsOf("postgres://shopper:pa%2Fss@one:1,[::1]:2,three/ledger?sslmode=require"),
  ).toEqual({
    credentials: ["pa%2Fss"],
    names: ["shopper", "ledger"],
    hosts: ["one", "[::1]", "three"],
    addresses: ["one:1", "[::1]:2", "three"],
  });
  expect(urlPartsOf("/no/url?token=hunter2")).toEqual({
    credentials: [],
    names: [],
    hosts: [""],
    addresses: [""],
  });
});

test.each([
  ["http://h/x?a=1&token=ab%2Fc+d&b=2", ["ab%2Fc+d", "ab/c d"]],
  ["http://h/x?apikey=ab&sig=cd", ["ab", "cd"]],
  ["https://hooks.slack.com/services/T0/B0/x1", ["services/T0/B0/x1", "T0", "B0", "x1"]],
  ["http://u:pw@h/webhook/a1b2", ["pw", "a1b2"]],
  ["unix:/run/app.sock:/webhook/a1b2", ["a1b2"]],
  ["http://h/health/ready", []],
])("the credentials of %s are what is masked in it", (url, credentials) => {
  expect(urlPartsOf(url).credentials).toEqual(credentials);
});

test("the path of a URL that is too long to be masked in place is a credential as a whole", () => {
  const path = `webhook/a1&${"b2".repeat(2000)}`;
  expect(urlPartsOf(`http://h/${path}`).credentials).toContain(path);
});

test("a path that is a credential to its end is masked in place, however long it is", () => {
  const token = "a1".repeat(2000);
  expect(urlPartsOf(`http://h/webhook/${token}`).credentials).toEqual([token]);
});
