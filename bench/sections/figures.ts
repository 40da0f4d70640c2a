import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attach } from "../../src/adapters/node.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { composeHealth, createHealth } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { createHandler } from "../../src/http/handler.ts";
import { fixed } from "../table.ts";
import type { Section } from "./bench.ts";

/** Answers of one turn, and turns of each handler. */
const ANSWERS = 200_000;
const TURNS = 30;

const REQUEST = { method: "GET", url: "/livez", header: () => undefined };

/** Scrapes that are measured, and the checks of the service that is scraped. */
const SCRAPES = 500;
const CHECKS = 50;

/** Milliseconds after which no more scrapes are sent, well within those for which results are reused. */
const MAX_TIME = 20_000;

/** The cost of counting and publishing an answer, and of a scrape that runs no check. */
export const figures: Section = async (bench) => {
  bench.print("### Figures");
  await counting(bench);
  await scraping(bench);
};

/** Counting and publishing an answer, in process: the same handler with and without, in turns. */
const counting: Section = async ({ print, signal }) => {
  const health = composeHealth(
    { logger: false, checks: { database: async () => true }, defaults: { interval: 60_000 } },
    { clock: systemClock, random: Math.random },
  );
  await health.report("deep");
  const {
    router,
    access,
    reporter,
    clock,
    deadline,
    figures: collect,
  } = internalsOf("bench", health);
  const plain = createHandler({
    ...{ router, access: access({}), responses: {}, formats: FORMATS, reporter, clock, deadline },
    onReadiness: () => {},
    onFormatFailed: () => {},
    onFormatSlow: () => {},
    onResponse: () => {},
    figures: collect,
  });
  const handlers = [plain, health.handle];
  const bodies = handlers.map((handle) => JSON.stringify(handle(REQUEST)));
  if (bodies[0] !== bodies[1]) throw new Error("The answers differ.");
  const times: number[][] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    signal.throwIfAborted();
    for (const [place, handle] of turn % 2
      ? [...handlers.entries()]
      : [...handlers.entries()].reverse()) {
      const start = process.hrtime.bigint();
      for (let answer = 0; answer < ANSWERS; answer++) void handle(REQUEST);
      times[place]?.push(Number(process.hrtime.bigint() - start) / ANSWERS);
    }
  }
  await health.close();
  const [without = Number.NaN, counted = Number.NaN] = times.map(medianOf);
  print(
    `An answer to liveness in process took ${fixed(without, 0)} ns without figures and ${fixed(counted, 0)} ns with them, ${fixed(counted - without, 0)} ns more: medians of ${TURNS} turns of ${ANSWERS} answers, one after the other. The answers are the same bytes.`,
  );
};

/** Scrapes over HTTP within 30 s of the first, which has run every check. */
const scraping: Section = async ({ print, signal }) => {
  let runs = 0;
  const names = Array.from({ length: CHECKS }, (_, index) => `check-${index}`);
  const check = async () => {
    runs++;
  };
  const health = createHealth({
    logger: false,
    checks: Object.fromEntries(names.map((name) => [name, check])),
    http: { expose: "details" },
  });
  const server = createServer();
  attach(server, health);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/health/deep?format=prometheus`;
  const scrape = async () => {
    const start = performance.now();
    const bytes = (await (await fetch(url, { signal })).arrayBuffer()).byteLength;
    return { time: performance.now() - start, bytes };
  };
  const first = await scrape();
  const runsOfFirst = runs;
  const times: number[] = [];
  const begun = performance.now();
  const before = process.cpuUsage();
  while (times.length < SCRAPES && performance.now() - begun < MAX_TIME) {
    times.push((await scrape()).time);
  }
  const { user, system } = process.cpuUsage(before);
  const took = performance.now() - begun;
  server.closeAllConnections();
  server.close();
  await health.close();
  if (took > 29_000) throw new Error("The scrapes took longer than results are reused for.");
  const second = times[0] ?? Number.NaN;
  times.sort((one, other) => one - other);
  const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  print(
    `The first scrape of ${CHECKS} checks with details ran each once (${runsOfFirst} runs) and took ${fixed(first.time, 1)} ms; the second took ${fixed(second, 1)} ms. ${times.length} scrapes within 30 s ran ${runs - runsOfFirst} checks, and took ${fixed(medianOf(times), 2)} ms in the median and ${fixed(p99, 1)} ms at p99, with ${fixed((user + system) / 1000 / times.length, 2)} ms of processor for client and server together, for ${fixed(first.bytes / 1024, 0)} KiB each.`,
  );
};

function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
