import type { EndpointClient, EndpointRule } from "./endpoint.ts";
import { CONCURRENCY } from "./endpoint.ts";

/** Requests that are measured in each way. */
const SAMPLES = 100;

/** Milliseconds after which a slow endpoint is measured by fewer requests. */
const ENOUGH = 5000;

/** The fewest requests that are measured, however slow they are. */
const MIN_SAMPLES = 5;

/** Rules about many requests, and how long each takes. */
export const LOAD_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-rate-limit",
    state: "up",
    name: `MUST NOT limit the rate of ${CONCURRENCY} requests at once`,
    why: "Each node of a load balancer probes by itself, and a limit that one address exceeds takes the service out of traffic.",
    source: "RFC 6585, section 4; AWS, health checks",
    async verify({ client }, compare) {
      const { status } = await client.request("GET");
      const replies = await Promise.all(
        Array.from({ length: CONCURRENCY }, () => client.request("GET")),
      );
      const refused = replies.filter((reply) => reply.status === 429);
      const others = replies.filter((reply) => ![status, 429].includes(reply.status));
      compare(`The number of 429 among ${CONCURRENCY} answers`, refused.length, 0);
      compare(`The number of other statuses than ${status}`, others.length, 0);
    },
  },
  {
    id: "endpoint-latency",
    state: "up",
    name: `MUST answer within a prober's timeout, one at a time and ${CONCURRENCY} at a time`,
    why: "A response that comes later than the prober's timeout is a failure, whatever it says.",
    source: "Kubernetes, timeoutSeconds; AWS, HealthCheckTimeoutSeconds",
    async verify({ client, timeout }, compare, { observe }) {
      for (const atOnce of [1, CONCURRENCY]) {
        const times = await measure(client, atOnce);
        const p99 = percentile(times, 99);
        observe(
          `${atOnce} at a time: p50 ${formatted(percentile(times, 50))}, p99 ${formatted(p99)} (${times.length} requests)`,
        );
        const limit = `within ${timeout} ms`;
        const within = p99 <= timeout ? limit : formatted(p99);
        compare(`The p99 latency at ${atOnce} at a time`, within, limit);
      }
    },
  },
];

/** Milliseconds of each request, in ascending order. */
async function measure(client: EndpointClient, atOnce: number): Promise<readonly number[]> {
  const times: number[] = [];
  const started = performance.now();
  while (
    times.length < SAMPLES &&
    (times.length < MIN_SAMPLES || performance.now() - started < ENOUGH)
  ) {
    const wave = Array.from({ length: atOnce }, async () => {
      const sent = performance.now();
      await client.request("GET");
      return performance.now() - sent;
    });
    times.push(...(await Promise.all(wave)));
  }
  return times.sort((one, other) => one - other);
}

/** Returns a percentile of an ascending list, by the nearest rank. */
export function percentile(ascending: readonly number[], percent: number): number {
  const rank = Math.ceil((percent / 100) * ascending.length);
  return ascending[Math.max(rank, 1) - 1] ?? Number.NaN;
}

function formatted(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
