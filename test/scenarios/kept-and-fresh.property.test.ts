import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { defineCheck, type Run } from "../../src/contract/check.ts";
import { group } from "../../src/contract/group.ts";
import type { Health } from "../../src/contract/health.ts";
import { HOP_HEADER, markAsHop } from "../../src/contract/hop.ts";
import type { HealthRequest, HealthResponse } from "../../src/contract/http.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { composeHealth, type HealthOptions } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { FakeClock } from "../_support/fake-clock.ts";
import { REPORTS } from "../contracts/format-reports.ts";

// The same sequences each time: one that fails can be run again.
const SEED = 20_261_127;

const TOKEN = "0123456789abcdef";

/** What each check finds from now on, and how long it takes. */
const STATES = ["up", "degraded", "down", "slow", "hangs"] as const;
type State = (typeof STATES)[number];

const NAMES = ["database", "cache", "shared", "sampled", "loop", "gateway", "upstream"] as const;

/** What goes on in a service, besides probes. */
interface World {
  readonly states: Record<(typeof NAMES)[number], State>;
}

/** A service in a world, which counts its runs in what it shows. */
function createService(world: World, clock: FakeClock, options: HealthOptions): Health {
  const runOf = (name: (typeof NAMES)[number]): Run => {
    let runs = 0;
    return async () => {
      const state = world.states[name];
      const observations = { runs: { value: ++runs } };
      if (state === "hangs") await new Promise(() => {});
      if (state === "slow") await new Promise((resolve) => clock.after(200, () => resolve(null)));
      if (state === "down") throw new Error(`${name} is gone`);
      return { status: state === "degraded" ? state : "up", reason: "It is slow.", observations };
    };
  };
  const dependency = (name: (typeof NAMES)[number], more: object = {}) =>
    defineCheck({ scope: "dependency", run: runOf(name), ...more });
  const checks = {
    database: dependency("database", { failureThreshold: 2, restartAfter: 10_000 }),
    cache: dependency("cache", { critical: false, maxAge: 2000 }),
    shared: dependency("shared", { shared: true }),
    sampled: dependency("sampled", { interval: 700 }),
    loop: defineCheck({
      scope: "process",
      probes: ["liveness", "readiness", "startup", "deep"],
      run: runOf("loop"),
    }),
    upstream: markAsHop(dependency("upstream")),
    payments: group({ gateway: dependency("gateway") }),
    money: group(["payments", "database"]),
  };
  return composeHealth({ ...options, checks, logger: false }, { clock, random: () => 0.5 });
}

/** A pair of services in one world, of which one keeps answers and the other has nothing to keep them in. */
function createPair(options: HealthOptions) {
  const clock = new FakeClock();
  const up = Object.fromEntries(NAMES.map((name) => [name, "up"])) as World["states"];
  const world: World = { states: up };
  const keeping = createService(world, clock, options);
  const fresh = createService(world, clock, options);
  const finish = [keeping, fresh].map((health) => {
    let end = () => {};
    const task = new Promise<void>((resolve) => {
      end = resolve;
    });
    health.addStartupTask("load", task);
    return end;
  });
  return {
    clock,
    world,
    both: [keeping, fresh] as const,
    finishStart: () => {
      for (const end of finish) end();
    },
    ask: (request: HealthRequest) =>
      [keeping.handle(request), internalsOf("the test", fresh).handler()(request)] as const,
  };
}

const PATHS = [
  "/health",
  "/livez",
  "/healthz/",
  "/readyz",
  "/health/ready",
  "/startupz",
  "/health/deep",
  "/health/deep/",
  "/livez/database",
  "/livez/loop",
  "/readyz/cache",
  "/readyz/sampled",
  "/startupz/loop",
  "/health/deep/shared",
  "/health/deep/payments",
  "/health/deep/payments/gateway",
  "/health/deep/money",
  "/health/deep/nobody",
  "/health/nobody",
];

/** The page and its data are never kept. */
const LOADED = FORMATS.filter(({ name }) => !["html", "history"].includes(name));

beforeAll(async () => {
  // The first use loads them, which takes real time.
  for (const format of LOADED) await format.write(REPORTS.up, "checks");
});

const MEDIA = [
  undefined,
  "*/*",
  "application/json",
  ...LOADED.map(({ mediaType }) => mediaType),
  "text/plain;q=0.5, */*;q=0.1",
  "application/xml, application/json;q=0",
];

const QUERIES = [
  "",
  "t=1",
  "verbose",
  "exclude=database",
  "exclude=cache&exclude=nobody",
  "exclude=payments&exclude=loop",
  "exclude=%6coop",
  "format=xml",
  ...LOADED.map(({ name }) => `format=${name}`),
  "format=kubernetes&verbose&exclude=sampled&exclude=nobody",
];

const ASKED = fc.record({
  // Most ask as probers do, whose answers are kept.
  method: fc.constantFrom("GET", "GET", "GET", "HEAD", "OPTIONS", "POST"),
  path: fc.oneof(fc.constantFrom(...PATHS.slice(0, 8)), fc.constantFrom(...PATHS)),
  query: fc.oneof({ weight: 5, arbitrary: fc.constant("") }, fc.constantFrom(...QUERIES)),
  accept: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(undefined, ...MEDIA.slice(0, 3)) },
    fc.constantFrom(...MEDIA),
  ),
  authorization: fc.constantFrom(undefined, undefined, `Bearer ${TOKEN}`, `Bearer ${TOKEN}x`),
  hop: fc.constantFrom(undefined, undefined, undefined, "1"),
});

type Asked = typeof ASKED extends fc.Arbitrary<infer A> ? A : never;

function requestOf({ method, path, query, accept, authorization, hop }: Asked): HealthRequest {
  const headers = new Map([
    ["accept", accept],
    ["authorization", authorization],
    [HOP_HEADER, hop],
  ]);
  return {
    method,
    url: query === "" ? path : `${path}?${query}`,
    header: (name) => headers.get(name),
    remoteAddress: "127.0.0.1",
  };
}

/** What happens, one after the other. */
const STEPS = fc.oneof(
  { weight: 6, arbitrary: fc.record({ asks: fc.array(ASKED, { minLength: 1, maxLength: 4 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ name: fc.constantFrom(...NAMES), state: fc.constantFrom(...STATES) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ passes: fc.constantFrom(0, 1, 99, 500, 1000, 3000, 70_000) }),
  },
  { weight: 1, arbitrary: fc.constantFrom("finish" as const, "drain" as const) },
  { weight: 1, arbitrary: fc.constantFrom("close" as const, "mark" as const) },
);

type Step = typeof STEPS extends fc.Arbitrary<infer S> ? S : never;

/** A response as what would be sent, or what stands for none. */
function bytesOf(response: HealthResponse | undefined): string {
  if (response === undefined) return "passes";
  const { status, headers, body } = response;
  return JSON.stringify([status, headers, body]);
}

type Pair = ReturnType<typeof createPair>;

/** Lets as much time pass as the answers need: none, where nothing has to be waited for. */
async function settledIn<T>(clock: FakeClock, answers: Promise<T>): Promise<T> {
  let isSettled = false;
  void answers.finally(() => {
    isSettled = true;
  });
  await clock.advance(0);
  if (!isSettled) await clock.advance(900);
  return answers;
}

async function take(step: Step, pair: Pair): Promise<number> {
  const { clock, world, both } = pair;
  if (typeof step === "string") {
    if (step === "finish") pair.finishStart();
    for (const health of both) {
      if (step === "drain") health.drain();
      if (step === "mark") health.markStarted();
      if (step === "close") void health.close();
    }
    await clock.advance(0);
    return 0;
  }
  if ("passes" in step) {
    await clock.advance(step.passes);
    return 0;
  }
  if ("state" in step) {
    world.states[step.name] = step.state;
    return 0;
  }
  const answers = step.asks.flatMap((asked) =>
    pair
      .ask(requestOf(asked))
      .map(async (answer) => ({ bytes: bytesOf(await answer), at: clock.now() })),
  );
  const found = await settledIn(clock, Promise.all(answers));
  for (let index = 0; index < found.length; index += 2) {
    expect(found[index], JSON.stringify(step.asks[index / 2])).toEqual(found[index + 1]);
  }
  return step.asks.length;
}

test.each([
  ["what everybody sees", {}],
  ["the verdict alone", { expose: "status" }],
  ["details for everybody", { expose: "details" }],
  ["what each probe says", { expose: { readiness: "details", deep: "status" } }],
  [
    "a rule of the service's own",
    { expose: (request) => (request.header("accept") ? "checks" : "status") },
  ],
  ["other statuses and headers", { drainStatus: 404, degradedStatus: 429, envoy: true }],
] as const satisfies readonly (readonly [string, HealthOptions["http"]])[])(
  "an answer that is kept is that of a handler which keeps none, byte for byte: %s",
  async (_, http) => {
    let compared = 0;
    const sequences = fc.array(STEPS, { minLength: 20, maxLength: 60, size: "max" });
    const property = fc.asyncProperty(fc.boolean(), sequences, async (starts, steps) => {
      const pair = createPair({ http: { ...http, tokens: [TOKEN] } });
      if (starts) pair.finishStart();
      await pair.clock.advance(0);
      for (const step of steps) compared += await take(step, pair);
      await Promise.all(pair.both.map((health) => health.close()));
    });
    await fc.assert(property, { seed: SEED, numRuns: Number(process.env.HALE_RUNS ?? 80) });
    expect(compared).toBeGreaterThan(500);
  },
);
