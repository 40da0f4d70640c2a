import { describe, expect, test } from "vitest";
import { brandCheck } from "../../src/contract/check.ts";
import { compose, serve } from "../_support/compose.ts";

const TOKEN = "0123456789abcdef";
const DETAILS = { authorization: `Bearer ${TOKEN}` };
const HTTP = { tokens: [TOKEN] };

/** The figures of a service as a scraper reads them: the value of each series. */
async function scraped(
  { get }: Pick<Awaited<ReturnType<typeof serve>>, "get">,
  path = "/health/deep",
) {
  const { body } = await get(`${path}?format=prometheus`, DETAILS);
  const lines = body.split("\n").filter((line) => /^\w/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

describe("of a check", () => {
  test("runs are counted by what they found, also where thresholds hide it", async () => {
    const found = [true, false, false, "degraded", true];
    const service = await serve({
      http: HTTP,
      checks: { database: async () => found.shift() },
      defaults: { failureThreshold: 5 },
    });
    while (found.length > 0) {
      await service.get("/health/deep");
      await service.clock.advance(1000);
    }
    expect(await scraped(service)).toMatchObject({
      'hale_check_runs_total{check="database",outcome="up"}': 2,
      'hale_check_runs_total{check="database",outcome="degraded"}': 1,
      'hale_check_runs_total{check="database",outcome="down"}': 2,
      'hale_check_transitions_total{check="database",to="up"}': 2,
      'hale_check_transitions_total{check="database",to="degraded"}': 1,
      'hale_check_transitions_total{check="database",to="down"}': 0,
    });
  });

  test("one that has not run has counts of 0, so that the first increase is seen", async () => {
    const service = await serve({
      http: { ...HTTP, scrape: "last" },
      checks: { database: async () => true },
    });
    expect(await scraped(service)).toMatchObject({
      'hale_check_runs_total{check="database",outcome="down"}': 0,
      'hale_check_timeouts_total{check="database"}': 0,
      'hale_check_write_offs_total{check="database"}': 0,
      'hale_check_transitions_total{check="database",to="unknown"}': 0,
      'hale_check_run_duration_seconds_bucket{check="database",le="+Inf"}': 0,
      'hale_check_run_duration_seconds_count{check="database"}': 0,
    });
  });

  test("durations fall into buckets that hold those below them, the bounds included", async () => {
    const durations = [1, 2, 250, 251, 5000, 5001];
    const service = compose({
      http: { ...HTTP, scrape: "last" },
      checks: {
        database: () =>
          new Promise<void>((resolve) => {
            const next = durations.shift();
            if (next !== undefined) service.clock.after(next, resolve);
          }),
      },
      defaults: { interval: 10_000, timeout: 8000 },
    });
    await service.clock.advance(60_000);
    const bucket = (le: string) =>
      `hale_check_run_duration_seconds_bucket{check="database",le="${le}"}`;
    const figures = await scraped(service);
    const bounds = ["0.001", "0.005", "0.025", "0.1", "0.25", "0.5", "1.0", "5.0", "+Inf"];
    expect(bounds.map((le) => figures[bucket(le)])).toEqual([1, 2, 2, 2, 3, 4, 4, 5, 6]);
    expect(figures['hale_check_run_duration_seconds_sum{check="database"}']).toBe(10.505);
    expect(figures['hale_check_run_duration_seconds_count{check="database"}']).toBe(6);
  });

  test.each<[string, number, (context: { signal: AbortSignal }) => Promise<unknown>]>([
    ["goes on after its abort is down, a timeout and a write-off", 1, () => new Promise(() => {})],
    [
      "ends by its abort is down and a timeout",
      0,
      ({ signal }) => new Promise((_, reject) => (signal.onabort = () => reject(signal.reason))),
    ],
    [
      "returns down at its abort is a timeout",
      0,
      ({ signal }) => new Promise((resolve) => (signal.onabort = () => resolve(false))),
    ],
  ])("a run that %s", async (_, writeOffs, database) => {
    const service = await serve({
      http: { ...HTTP, scrape: "last" },
      checks: { database },
      defaults: { timeout: 300 },
    });
    const answer = service.get("/health/deep");
    await service.clock.advance(300);
    await answer;
    expect(await scraped(service)).toMatchObject({
      'hale_check_runs_total{check="database",outcome="down"}': 1,
      'hale_check_timeouts_total{check="database"}': 1,
      'hale_check_write_offs_total{check="database"}': writeOffs,
      'hale_check_run_duration_seconds_bucket{check="database",le="0.25"}': 0,
      'hale_check_run_duration_seconds_bucket{check="database",le="0.5"}': 1,
    });
  });

  test("a run that fails in time, and one that the close aborts, are no timeouts", async () => {
    const service = await serve({
      http: { ...HTTP, scrape: "last" },
      checks: {
        cache: async () => false,
        database: ({ signal }) =>
          new Promise((_, reject) => (signal.onabort = () => reject(signal.reason))),
      },
    });
    const answer = service.get("/health/deep");
    await service.clock.advance(100);
    await service.health.close();
    await answer;
    expect(await scraped(service)).toMatchObject({
      'hale_check_timeouts_total{check="cache"}': 0,
      'hale_check_timeouts_total{check="database"}': 0,
    });
  });

  test("a result that becomes too old is a change to unknown", async () => {
    const loading = [Promise.resolve(), new Promise<void>(() => {})];
    const database = brandCheck({
      scope: "dependency",
      run: () => true,
      // Its time counts as no run's.
      prepare: () => loading.shift() ?? Promise.resolve(),
      options: {},
    });
    const service = await serve({ http: { ...HTTP, scrape: "last" }, checks: { database } });
    await service.get("/health/deep");
    await service.clock.advance(2000);
    const answer = service.get("/health/deep");
    await service.clock.advance(800);
    await answer;
    expect(await scraped(service)).toMatchObject({
      'hale_check_state{check="database",state="unknown"}': 1,
      'hale_check_transitions_total{check="database",to="unknown"}': 1,
      'hale_check_runs_total{check="database",outcome="up"}': 1,
    });
  });

  test("the names of checks are no properties of objects", async () => {
    const service = await serve({ http: HTTP, checks: { constructor: async () => true } });
    expect(await scraped(service)).toMatchObject({
      'hale_check_runs_total{check="constructor",outcome="up"}': 1,
    });
  });

  test("the page of one check has its counts, and none of the process", async () => {
    const service = await serve({
      http: HTTP,
      checks: { a: async () => true, b: async () => true },
    });
    const names = Object.keys(await scraped(service, "/health/deep/a"));
    expect(names).toContain('hale_check_runs_total{check="a",outcome="up"}');
    expect(names.filter((name) => /check="b"|hale_p|build/.test(name))).toEqual([]);
  });
});

describe("of the process", () => {
  test("responses are counted by probe and status", async () => {
    const service = await serve({ http: HTTP, checks: { database: async () => false } });
    await service.get("/livez");
    await service.get("/livez");
    await service.get("/readyz");
    await service.get("/health/deep/other");
    await service.get("/health/deep?format=other");
    expect(await scraped(service)).toMatchObject({
      'hale_probe_responses_total{probe="liveness",code="200"}': 2,
      'hale_probe_responses_total{probe="readiness",code="200"}': 0,
      'hale_probe_responses_total{probe="readiness",code="503"}': 1,
      'hale_probe_responses_total{probe="deep",code="404"}': 1,
      'hale_probe_responses_total{probe="deep",code="400"}': 1,
      'hale_probe_responses_total{probe="deep",code="200"}': 0,
    });
  });

  test("the stages of a shutdown have the moments at which they began, once they have", async () => {
    const service = await serve({ http: HTTP });
    const stages = async () =>
      Object.entries(await scraped(service)).filter(([name]) => name.includes("stage"));
    expect(await stages()).toEqual([]);
    const before = Math.floor(Date.now() / 1000);
    service.health.drain();
    const [drain, ...others] = await stages();
    expect(drain?.[0]).toBe('hale_shutdown_stage_start_time_seconds{stage="drain"}');
    expect(drain?.[1]).toBeGreaterThanOrEqual(before);
    expect(drain?.[1]).toBeLessThanOrEqual(Date.now() / 1000);
    expect(others).toEqual([]);
    service.health.drain();
    expect(await stages()).toEqual([drain]);
    await service.health.close();
    expect((await stages()).map(([name]) => name)).toEqual(
      ["drain", "stop", "close"].map(
        (stage) => `hale_shutdown_stage_start_time_seconds{stage="${stage}"}`,
      ),
    );
  });

  test("the phase is one of three", async () => {
    const service = await serve({ http: HTTP });
    const phase = async () =>
      Object.entries(await scraped(service)).filter(([name]) => name.startsWith("hale_phase"));
    expect(await phase()).toEqual([
      ['hale_phase{phase="starting"}', 0],
      ['hale_phase{phase="serving"}', 1],
      ['hale_phase{phase="draining"}', 0],
    ]);
    service.health.drain();
    expect((await phase()).map(([, value]) => value)).toEqual([0, 0, 1]);
  });
});

test("callers that see no details see the states alone, as before", async () => {
  const service = await serve({ http: HTTP, checks: { database: async () => true } });
  for (const format of ["prometheus", "openmetrics"]) {
    const { body } = await service.get(`/health/deep?format=${format}`);
    const families = [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(families).toEqual(["hale_probe_status", "hale_check_state"]);
  }
});
