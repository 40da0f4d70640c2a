import { systemClock } from "../../src/engine/clock.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { composeHealth } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { createHandler } from "../../src/http/handler.ts";
import { fixed } from "../table.ts";
import type { Section } from "./bench.ts";

/** Answers of one turn, and turns of each handler. */
const ANSWERS = 200_000;
const TURNS = 30;

const REQUEST = { method: "GET", url: "/livez", header: () => undefined };

/** The cost of counting and publishing an answer, in process: the same handler with and without, in turns. */
export const figures: Section = async ({ print, signal }) => {
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
  print("### Figures");
  print(
    `An answer to liveness in process took ${fixed(without, 0)} ns without figures and ${fixed(counted, 0)} ns with them, ${fixed(counted - without, 0)} ns more: medians of ${TURNS} turns of ${ANSWERS} answers, one after the other. The answers are the same bytes.`,
  );
};

function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
