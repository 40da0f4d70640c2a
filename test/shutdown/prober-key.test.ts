import { expect, test } from "vitest";
import type { HealthRequest } from "../../src/contract/http.ts";
import { proberKey } from "../../src/shutdown/prober-key.ts";

type Part = Partial<Record<"address" | "user-agent" | "host" | "accept" | "url", string>>;

function keyOf({ address, url = "/readyz", ...headers }: Part): string | undefined {
  const request: HealthRequest = {
    method: "GET",
    url,
    header: (name) => (headers as Record<string, string>)[name],
    remoteAddress: address,
  };
  return proberKey(request);
}

const HAPROXY: Part = { address: "10.0.0.1", "user-agent": "HAProxy", host: "a" };

test.each<[string, Part]>([
  ["address", { address: "10.0.0.2" }],
  ["agent", { "user-agent": "kube-probe/1.30" }],
  ["host", { host: "b" }],
  ["path", { url: "/health/ready" }],
  ["query, as two backends of HAProxy have it", { url: "/readyz?backend=api" }],
])("probers are told apart by their %s", (_, other) => {
  expect(keyOf({ ...HAPROXY, ...other })).not.toBe(keyOf(HAPROXY));
});

test("the same prober is known again, over IPv4 and on a socket for both", () => {
  expect(keyOf({ ...HAPROXY, address: "::ffff:10.0.0.1" })).toBe(keyOf(HAPROXY));
});

test("what anybody may send is cut", () => {
  const long = "x".repeat(10_000);
  const key = keyOf({ address: long, "user-agent": long, host: long, url: `/${long}` });
  expect(key).toHaveLength(803);
});

test.each<[string, Part]>([
  ["a browser", { accept: "text/html,application/xhtml+xml,*/*;q=0.8" }],
  ["a person who asks for a format", { url: "/readyz?format=text" }],
  ["a person who asks for all lines", { url: "/readyz?a=b&verbose" }],
])("%s is no prober", (_, part) => {
  expect(keyOf({ ...HAPROXY, ...part })).toBeUndefined();
});

test("a query that only looks like that is one", () => {
  expect(keyOf({ ...HAPROXY, url: "/readyz?reformat=1&verbosely" })).toBeDefined();
});
