import { type AdapterRule, OK, verdict } from "./audited.ts";

/** Rules about the head of a response, and how it is written. */
export const RESPONSE_RULES: readonly AdapterRule[] = [
  {
    id: "headers",
    name: "MUST send no-store, nosniff, the length, the type, and Vary: Accept",
    why: "A cached response is an old verdict, and without a length a client waits for the end of the connection.",
    source:
      "RFC 9111, section 5.2.2.5; RFC 9110, sections 8.6 and 12.5.5; the Fetch standard, nosniff",
    async verify({ request, set }, compare) {
      for (const state of ["up", "down"] as const) {
        await set(state);
        const { headers, body } = await request("GET", "/health/deep");
        compare("Cache-Control", headers["cache-control"], "no-store");
        compare("X-Content-Type-Options", headers["x-content-type-options"], "nosniff");
        compare("Content-Length", headers["content-length"], String(Buffer.byteLength(body)));
        compare("Content-Type", headers["content-type"], "application/json; charset=utf-8");
        compare("Vary", headers.vary, "Accept");
      }
    },
  },
  {
    id: "one-write",
    name: "MUST send head and body in one write",
    why: "The kubelet discards a response whose head has arrived and whose body stalls.",
    source: "Kubernetes, HTTP probes",
    async verify({ request }, compare, { fail }) {
      const reply = await request("GET", "/health");
      if (!reply.together) fail("The body did not come with the head.");
      // A chunked body may arrive at once too, by chance.
      compare("Transfer-Encoding", reply.headers["transfer-encoding"], undefined);
      compare("GET /health", verdict(reply), OK);
    },
  },
];
