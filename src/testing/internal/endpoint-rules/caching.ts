import type { EndpointRule } from "./endpoint.ts";

/** Rules about caches between a prober and the service. */
export const CACHING_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-no-store",
    state: "up",
    name: "MUST send Cache-Control: no-store",
    why: "A cached response is an old verdict.",
    source: "RFC 9111, section 5.2.2.5",
    async verify({ client }, compare) {
      const value = (await client.request("GET")).headers["cache-control"];
      if (!/\bno-store\b/i.test(value ?? "")) compare("Cache-Control", value, "no-store");
    },
  },
  {
    id: "endpoint-uncached",
    state: "up",
    name: "MUST NOT answer from a cache",
    why: "A cache that answers in place of the service also answers after it has failed.",
    source: "RFC 9111, section 5.1",
    async verify({ client }, compare, { fail }) {
      await client.request("GET");
      const { headers } = await client.request("GET");
      compare("Age", headers.age, undefined);
      for (const name of ["x-cache", "cf-cache-status", "x-cache-status", "x-proxy-cache"]) {
        const value = headers[name] ?? "";
        if (/\bhit\b/i.test(value))
          fail(`The header ${name} says that a cache answered: ${value}.`);
      }
    },
  },
  {
    id: "endpoint-conditional",
    state: "up",
    name: "SHOULD answer a conditional request in full",
    why: "304 is no verdict: load balancers that expect 200 count it as failure.",
    source: "RFC 9110, section 13.1",
    async verify({ client }, compare) {
      const { status, headers } = await client.request("GET");
      const conditional = await client.request("GET", {
        headers: {
          "if-none-match": headers.etag ?? '"a"',
          "if-modified-since": headers["last-modified"] ?? new Date().toUTCString(),
        },
      });
      compare("The status of a conditional request", conditional.status, status);
    },
  },
];
