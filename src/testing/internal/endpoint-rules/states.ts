import { credentialsIn, hostsIn, stacksIn } from "../disclosures.ts";
import type { EndpointRule } from "./endpoint.ts";

/** Rules about the states that only the owner of a service can bring it into. */
export const STATE_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-down",
    state: "down",
    name: "MUST answer 503 while a critical dependency is down, and leak no secret",
    why: "Traffic has to go elsewhere, and the body of a public endpoint is public.",
    source: "RFC 9110, section 15.6.4",
    async verify({ client, secrets, hide }, compare, { fail }) {
      const reply = await client.request("GET");
      compare("The status", reply.status, 503);
      secrets.forEach((secret, index) => {
        if (reply.body.includes(secret)) fail(`The body has secret ${index + 1}.`);
      });
      const told = {
        hosts: hostsIn(reply, client.url),
        "stack traces": stacksIn(reply),
        credentials: credentialsIn(reply, hide),
      };
      for (const [kind, found] of Object.entries(told)) {
        if (found.length > 0) fail(`The answer has ${kind}: ${found.join(", ")}.`);
      }
    },
  },
  {
    id: "endpoint-hanging",
    state: "hanging",
    name: "MUST answer while a dependency hangs",
    why: "Without a response, a prober cannot distinguish a slow dependency from a dead process.",
    source: "Kubernetes, timeoutSeconds",
    async verify({ client }, compare) {
      compare("The status", (await client.request("GET")).status, 503);
    },
  },
  {
    id: "endpoint-draining",
    state: "draining",
    name: "MUST answer 503 while the service drains",
    why: "A process that ends must receive no new traffic.",
    source: "Kubernetes, termination of pods",
    async verify({ client }, compare) {
      compare("The status", (await client.request("GET")).status, 503);
    },
  },
];
