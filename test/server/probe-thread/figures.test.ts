import { afterEach, expect, test } from "vitest";
import { createHealth } from "../../../src/health.ts";
import { internalsOf } from "../../../src/health-internals.ts";
import { listen } from "../../../src/server/listen.ts";
import { ask } from "../../_support/ask.ts";
import { GrpcHealthClient } from "../../_support/grpc-health-client.ts";
import { until } from "../../servers/_until.ts";
import { withProgram } from "./_program.ts";

const TOKEN = "0123456789abcdef";
const DETAILS = { headers: { authorization: `Bearer ${TOKEN}` } };

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The value of a series in a text; `undefined` where it is not there. */
function seriesOf(body: string, series: string): number | undefined {
  const line = body.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test("a scrape of the thread has the counts of both threads, and so has one of the main thread", async () => {
  const health = createHealth({
    logger: false,
    http: { tokens: [TOKEN] },
    checks: { database: async () => "PONG" },
  });
  open.push(() => health.close());
  const server = await listen(health, { port: 0, host: "127.0.0.1", thread: true, interval: 100 });
  open.push(() => server.close());
  await ask(server.url, "GET", "/livez");
  await ask(server.url, "GET", "/livez");
  await health.handle({ method: "GET", url: "/livez", header: () => undefined });

  const ofThread = async () =>
    (await ask(server.url, "GET", "/health/deep?format=prometheus", DETAILS)).body;
  const header = (name: string) => (name === "authorization" ? `Bearer ${TOKEN}` : undefined);
  const ofMain = async () =>
    (await health.handle({ method: "GET", url: "/health/deep?format=prometheus", header }))?.body ??
    "";

  for (const scrape of [ofThread, ofMain]) {
    const series = 'hale_probe_responses_total{probe="liveness",code="200"}';
    expect(seriesOf(await scrape(), series)).toBe(3);
  }
  const runs = 'hale_check_runs_total{check="database",outcome="up"}';
  await until("the thread has the counts of runs", async () => {
    const [before, now] = [
      seriesOf(await ofMain(), runs) ?? 0,
      seriesOf(await ofThread(), runs) ?? 0,
    ];
    return now > 2 && now <= before + 2;
  });
  expect(seriesOf(await ofThread(), "hale_event_loop_lag_seconds")).toBeLessThan(60);
  expect(await ofMain()).not.toContain("hale_event_loop_lag_seconds");
});

test("a gRPC Check that the thread answers is counted with its responses over HTTP", async () => {
  const health = createHealth({ logger: false });
  open.push(() => health.close());
  const server = await listen(health, { port: 0, grpc: 0, host: "127.0.0.1", thread: true });
  open.push(() => server.close());
  const client = new GrpcHealthClient(`127.0.0.1:${server.grpc?.port}`);
  open.push(async () => client.close());
  await ask(server.url, "GET", "/livez");
  expect([await client.check("liveness"), await client.check("")]).toEqual([
    "SERVING",
    "NOT_SERVING",
  ]);
  const { ofProcess } = internalsOf("test", health).figures();
  expect([ofProcess("liveness 200"), ofProcess("readiness 503")]).toEqual([2, 1]);
});

test("counts go on when the thread has died and another one answers", () =>
  withProgram({}, async (program) => {
    const url = await program.url();
    const responses = async () => {
      const { body } = await ask(url, "GET", "/health/deep?format=prometheus", DETAILS);
      return seriesOf(body, 'hale_probe_responses_total{probe="liveness",code="200"}') ?? 0;
    };
    for (let request = 0; request < 5; request++) await ask(url, "GET", "/livez");
    expect(await responses()).toBe(5);
    program.evaluateInThreads("process.exit(1)");
    await until("it listens again", () =>
      program.lines.some((line) => line.includes("listens again")),
    );
    await ask(url, "GET", "/livez");
    expect(await responses()).toBe(6);
  }));

test("a loop that stands still is seen while it does, and counted for good", () =>
  withProgram({}, async (program) => {
    const url = await program.url();
    const scrape = async () =>
      (await ask(url, "GET", "/health/deep?format=openmetrics", DETAILS)).body;
    const lag = async () => seriesOf(await scrape(), "hale_event_loop_lag_seconds") ?? 0;
    const stalled = async () =>
      seriesOf(await scrape(), "hale_event_loop_stalled_seconds_total") ?? 0;
    await until("it is ready", async () => (await ask(url, "GET", "/readyz")).status === 200);
    program.block();
    // The scrape itself needs nothing of the main thread.
    await until("the lag is seen", async () => (await lag()) > 1);
    expect(await stalled()).toBeGreaterThan(0.9);
    program.release();
    await until("it turns again", async () => (await lag()) < 0.5);
    const counted = await stalled();
    expect(counted).toBeGreaterThan(0.9);
    expect(await stalled()).toBeGreaterThanOrEqual(counted);
  }));
