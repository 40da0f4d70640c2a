import { expect, test } from "vitest";
import type { Exposure } from "../../../src/contract/format.ts";
import { internalsOf } from "../../../src/health-internals.ts";
import type { ToThread } from "../../../src/server/probe-thread/messages.ts";
import { WorkerRequests } from "../../../src/server/probe-thread/worker-requests.ts";
import { compose } from "../../_support/compose.ts";
import { until } from "../../servers/_until.ts";

const LIMITS = { readiness: 2000, liveness: 30_000 };

function start(expose?: () => Promise<Exposure>) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const { health } = compose({
    logger: { info: log, warn: log, error: log },
    ...(expose && { http: { expose } }),
  });
  const parts = internalsOf("the test", health);
  const events: string[] = [];
  const requests = new WorkerRequests({
    parts,
    access: parts.access({}),
    limits: LIMITS,
    publish: () => events.push("publish"),
  });
  /** A worker that is called so. */
  const worker = (name: string) => (message: ToThread) =>
    void events.push(`${name}: ${JSON.stringify(message)}`);
  return { requests, events, worker, lines };
}

const REQUEST = { method: "GET", url: "/health/deep", remoteAddress: undefined, headers: {} };

test("an answer goes to the worker that asked, also where another one asks by the same number", async () => {
  const waiting: ((exposure: Exposure) => void)[] = [];
  const { requests, events, worker } = start(() => new Promise((resolve) => waiting.push(resolve)));
  const expose = { kind: "expose", id: 1, request: REQUEST, probe: "deep" } as const;
  requests.handle(expose, worker("first"));
  requests.handle(expose, worker("second"));
  await until("both wait", () => waiting.length === 2);
  waiting[0]?.("details");
  waiting[1]?.("status");
  await until("both are answered", () => events.length === 2);
  expect(events).toEqual([
    'first: {"kind":"exposed","id":1,"exposure":"details"}',
    'second: {"kind":"exposed","id":1,"exposure":"status"}',
  ]);
});

test("a query is settled once what is believed was sent, for the worker that asked", async () => {
  const { requests, events, worker } = start();
  const query = { probe: "deep", check: undefined, exclude: [] } as const;
  requests.handle({ kind: "settle", id: 7, query }, worker("first"));
  await until("it is settled", () => events.length === 2);
  expect(events).toEqual(["publish", 'first: {"kind":"settled","id":7}']);
});

test.each([
  [true, "an inspector is attached"],
  [false, "the inspector is open, and this system does not list its connections"],
])("that a stall was not counted is logged once (attached: %s)", (attached, why) => {
  const { requests, worker, lines } = start();
  requests.handle({ kind: "uncounted", attached }, worker("first"));
  requests.handle({ kind: "uncounted", attached }, worker("second"));
  expect(lines.filter((line) => line.includes("stood still"))).toEqual([
    `hale: the event loop stood still, which failed no probe: ${why}; stalls do not count meanwhile`,
  ]);
});
