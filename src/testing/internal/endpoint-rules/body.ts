import type { EndpointRule } from "./endpoint.ts";

/** Responses that are compared: parts of a body in the order in which they came differ now and then. */
const REPETITIONS = 10;

/** Rules about the body, its length and its type. */
export const BODY_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-nosniff",
    state: "up",
    name: "SHOULD send X-Content-Type-Options: nosniff",
    why: "A browser must not render a name or a reason as HTML.",
    source: "the Fetch standard, nosniff",
    async verify({ client }, compare) {
      const { headers } = await client.request("GET");
      compare("X-Content-Type-Options", headers["x-content-type-options"], "nosniff");
    },
  },
  {
    id: "endpoint-length",
    state: "up",
    name: "SHOULD send Content-Length, and head and body in one write",
    why: "The kubelet discards a response whose head has arrived and whose body stalls.",
    source: "RFC 9110, section 8.6; Kubernetes, HTTP probes",
    async verify({ client }, compare, { fail }) {
      const { headers, body, together } = await client.request("GET");
      compare("Content-Length", headers["content-length"], String(Buffer.byteLength(body)));
      if (!together) fail("The body did not come with the head.");
    },
  },
  {
    id: "endpoint-size",
    state: "up",
    name: "MUST answer with a body of 10 KiB at most",
    why: "The kubelet reads no more.",
    source: "Kubernetes, HTTP probes",
    async verify({ client }, _compare, { observe, fail }) {
      const length = Buffer.byteLength((await client.request("GET")).body);
      observe(`${length} bytes`);
      if (length > 10_240) fail(`The body has ${length} bytes, more than 10240.`);
    },
  },
  {
    id: "endpoint-stable",
    state: "up",
    name: "SHOULD answer with the same bytes while nothing changes",
    why: "Some monitors compare bodies, and a time in a body is a change.",
    source: "docs/formats/json.md",
    async verify({ client }, compare) {
      const { body } = await client.request("GET");
      for (let sent = 2; sent <= REPETITIONS; sent++) {
        const other = (await client.request("GET")).body;
        compare(`The body of response ${sent}`, other, body);
        if (other !== body) return;
      }
    },
  },
];
