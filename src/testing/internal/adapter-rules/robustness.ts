import { type AdapterRule, HEALTHY, verdict } from "./audited.ts";

/** Rules about requests that are not meant well. */
export const ROBUSTNESS_RULES: readonly AdapterRule[] = [
  {
    id: "hostile",
    name: "MUST withstand hostile requests: broken escapes, 64 KiB of path, 64 KiB of header",
    why: "A caller must not be able to make a service look unhealthy.",
    source: "RFC 9110, section 17",
    async verify({ request, send }, compare, { fail }) {
      for (const target of [
        "/health/deep/%00",
        "/health/deep/%E0%A4%A",
        "/health/deep/%2e%2e%2f",
      ]) {
        const { status } = await request("GET", target);
        if (status >= 500) fail(`The status of GET ${target} is ${status}.`);
      }
      const long = "a".repeat(65_536);
      const close = "Host: a\r\nConnection: close\r\n\r\n";
      // A server may refuse these, or close the connection.
      await send(`GET /health/deep/${long} HTTP/1.1\r\n${close}`).catch(() => undefined);
      await send(`GET /health HTTP/1.1\r\nX-Long: ${long}\r\n${close}`).catch(() => undefined);
      await send("\0\0\0\0 /health\r\n\r\n").catch(() => undefined);
      compare(
        "GET /health/deep afterwards",
        verdict(await request("GET", "/health/deep")),
        HEALTHY,
      );
    },
  },
];
