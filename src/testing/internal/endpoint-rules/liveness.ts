import { CONCURRENCY, type EndpointRule } from "./endpoint.ts";

const WHY_LIVENESS =
  "A liveness that follows a dependency restarts every replica while the dependency is down, and repairs nothing.";
const STATE_NAMES = {
  down: "a dependency is down",
  hanging: "a dependency hangs",
  draining: "the service drains",
} as const;

const SOURCE = "Kubernetes, liveness, readiness and startup probes";

/** Rules about the liveness endpoint beside the endpoint that is audited, which is readiness. */
export const LIVENESS_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-liveness-differs",
    state: "up",
    needsLiveness: true,
    name: "MUST have a liveness endpoint of its own, which answers 200 whatever readiness says",
    why: WHY_LIVENESS,
    source: SOURCE,
    async verify({ client, liveness }, compare, { observe, fail }) {
      if (liveness === undefined) return;
      if (sameUrl(client.url, liveness.url)) fail("Readiness and liveness have the same URL.");
      const readiness = (await client.request("GET")).status;
      const live = (await liveness.request("GET")).status;
      observe(`readiness ${readiness}, liveness ${live}`);
      compare(`The status of liveness beside ${readiness} of readiness`, live, 200);
    },
  },
  {
    id: "endpoint-liveness-steady",
    state: "up",
    needsLiveness: true,
    name: `MUST answer 200 on liveness while ${CONCURRENCY} callers request readiness`,
    why: "A liveness that fails under load restarts the replicas that have the most work.",
    source: SOURCE,
    async verify({ client, liveness }, _compare, { fail }) {
      if (liveness === undefined) return;
      const load = Promise.allSettled(
        Array.from({ length: CONCURRENCY }, () => client.request("GET")),
      );
      const others = new Set<number>();
      for (let sent = 0; sent < 10; sent++) {
        const { status } = await liveness.request("GET");
        if (status !== 200) others.add(status);
      }
      await load;
      if (others.size > 0) fail(`Liveness answered ${[...others].join(", ")} meanwhile.`);
    },
  },
  ...(["down", "hanging", "draining"] as const).map(
    (state): EndpointRule => ({
      id: `endpoint-liveness-${state}`,
      state,
      needsLiveness: true,
      name: `MUST answer 200 on liveness while ${STATE_NAMES[state]}`,
      why: WHY_LIVENESS,
      source: SOURCE,
      async verify({ liveness }, compare) {
        compare("The status of liveness", (await liveness?.request("GET"))?.status, 200);
      },
    }),
  ),
];

function sameUrl(one: URL, other: URL): boolean {
  const plain = ({ origin, pathname, search }: URL) =>
    `${origin}${pathname.replace(/\/+$/, "")}${search}`;
  return plain(one) === plain(other);
}
