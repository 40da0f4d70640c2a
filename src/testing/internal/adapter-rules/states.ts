import {
  type AdapterRule,
  FAILED,
  HEALTHY,
  OK,
  PROBES_PAGE,
  UNHEALTHY,
  verdict,
} from "./audited.ts";

/** Rules about the answers in each state of the service. */
export const STATE_RULES: readonly AdapterRule[] = [
  {
    id: "down",
    name: "MUST answer 503 on readiness and deep while a critical dependency is down, and 200 on liveness and startup",
    why: "Traffic has to go elsewhere, and a restart does not repair a dependency.",
    source: PROBES_PAGE,
    async verify({ request, set }, compare) {
      await set("down");
      for (const [path, answer] of [
        ["/health/ready", FAILED],
        ["/health/deep", UNHEALTHY],
        ["/health/deep/database", FAILED],
        ["/health/deep/cache", OK],
        ["/health", OK],
        ["/health/startup", OK],
      ] as const) {
        compare(`GET ${path}`, verdict(await request("GET", path)), answer);
      }
    },
  },
  {
    id: "hanging",
    name: "MUST answer while a dependency hangs",
    why: "A prober that receives no response counts a failure, of liveness too.",
    source: "docs/engine.md",
    async verify({ request, set }, compare) {
      await set("hanging");
      compare("GET /health/deep", verdict(await request("GET", "/health/deep")), UNHEALTHY);
      compare("GET /health", verdict(await request("GET", "/health")), OK);
    },
  },
  {
    id: "draining",
    name: "MUST turn readiness to 503 at once when draining, and leave liveness and deep unchanged",
    why: "A process that ends must receive no new traffic, and must not be restarted meanwhile.",
    source: "docs/drain.md",
    async verify({ request, drain }, compare) {
      await request("GET", "/health/ready");
      await drain();
      compare("GET /health/ready", verdict(await request("GET", "/health/ready")), FAILED);
      compare("GET /health", verdict(await request("GET", "/health")), OK);
      compare("GET /health/deep", verdict(await request("GET", "/health/deep")), HEALTHY);
    },
  },
  {
    id: "stable",
    name: "MUST answer with the same bytes while nothing changes",
    why: "Some monitors compare bodies, and a time in a body is a change.",
    source: "docs/formats/json.md",
    async verify({ request }, compare) {
      const first = await request("GET", "/health/deep");
      const second = await request("GET", "/health/deep");
      compare("The second response", verdict(second), verdict(first));
    },
  },
];
