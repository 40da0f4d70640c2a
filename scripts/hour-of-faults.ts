// Runs a service with many clients under random faults of their servers, and beside it the same service, with the same
// faults, without hale. Prints the errors of the service's own queries that only the one with hale had, and what its
// process and its drivers held from minute to minute.
//
//   npx tsx scripts/hour-of-faults.ts --minutes 10 --seed 7
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createHealth, type HealthOptions } from "../src/health.ts";
import {
  SERVICE_CLIENTS,
  SERVICE_SERVERS,
  type ServiceClient,
  type ServiceServer,
} from "../test/_support/service-clients.ts";
import type { RunningServer } from "../test/servers/_running-server.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "7" },
    /** Of one of the two services: where it writes what it has seen, and whether it has a health. */
    into: { type: "string" },
    hale: { type: "boolean", default: false },
  },
});
const LENGTH = Number(values.minutes) * 60_000;

/** Milliseconds between two queries of the service through each client, and those that one may take. */
const EVERY = 500;
const PATIENCE = 10_000;

/** One error of the service's own queries. */
interface Failure {
  readonly client: string;
  /** Its message, without what differs from run to run. */
  readonly message: string;
  /** Milliseconds since the start. */
  readonly at: number;
}

/** What a process held at one moment. */
interface Sample {
  readonly minute: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly rss: number;
  readonly heap: number;
  readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What one of the two services has seen. */
interface Seen {
  readonly queries: number;
  readonly answered: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  readonly samples: readonly Sample[];
  readonly probes: Readonly<Record<string, number>>;
}

/** A fault of one server: it is killed and started again, or stands still. */
interface Fault {
  readonly at: number;
  readonly kind: "kill" | "pause";
  readonly lasts: number;
}

if (values.into === undefined) await compare();
else await runService(values.into, values.hale);
process.exit();

/** Numbers between 0 and 1 that are the same for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The faults of one server: each lasts 2 to 15 s, 15 to 60 s after the one before. The last half minute has none. */
function faultsOf(server: number): Fault[] {
  const next = random(Number(values.seed) * 100 + server);
  const faults: Fault[] = [];
  for (let at = 10_000 + next() * 30_000; at < LENGTH - 30_000; ) {
    const lasts = 2000 + next() * 13_000;
    faults.push({ at, kind: next() < 0.5 ? "kill" : "pause", lasts });
    at += lasts + 15_000 + next() * 45_000;
  }
  return faults;
}

async function runService(into: string, withHale: boolean): Promise<void> {
  const servers = new Map<ServiceServer, RunningServer>();
  for (const [name, start] of Object.entries(SERVICE_SERVERS)) {
    servers.set(name as ServiceServer, await start());
  }
  const clients = new Map<string, ServiceClient>();
  for (const [name, { server, open }] of Object.entries(SERVICE_CLIENTS)) {
    clients.set(name, await open(servers.get(server)?.url ?? ""));
  }
  process.on("uncaughtException", (failure) => note("process", failure));
  process.on("unhandledRejection", (failure) => note("process", failure));

  const failures: Failure[] = [];
  const answered: Record<string, number> = {};
  const samples: Sample[] = [];
  const probes: Record<string, number> = {};
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  let queries = 0;

  function note(client: string, failure: unknown): void {
    failures.push({ client, message: steady(failure), at: Math.round(now()) });
  }

  /** Queries through one client, one at a time, as one of many parts of a service does. */
  async function work(name: string, { query }: ServiceClient): Promise<void> {
    while (now() < LENGTH) {
      const next = sleep(EVERY);
      queries++;
      try {
        await Promise.race([query(), timedOut()]);
        answered[name] = (answered[name] ?? 0) + 1;
      } catch (failure) {
        note(name, failure);
      }
      await next;
    }
  }

  async function fail(server: RunningServer, faults: readonly Fault[]): Promise<void> {
    for (const { at, kind, lasts } of faults) {
      await sleep(Math.max(0, at - now()));
      await (kind === "kill" ? server.kill() : server.pause());
      await sleep(lasts);
      await (kind === "kill" ? server.restart() : server.resume());
    }
  }

  const health = withHale
    ? createHealth({
        logger: false,
        checks: Object.fromEntries(
          [...clients].map(([name, { client }]) => [name.replace(/\W/g, "-"), client]),
        ) as NonNullable<HealthOptions["checks"]>,
      })
    : undefined;

  async function probe(): Promise<void> {
    while (now() < LENGTH) {
      const next = sleep(1000);
      for (const name of ["readiness", "deep", "liveness"] as const) {
        const { status } = (await health?.report(name)) ?? { status: "no health" };
        probes[`${name} ${status}`] = (probes[`${name} ${status}`] ?? 0) + 1;
      }
      await next;
    }
  }

  async function look(): Promise<void> {
    for (let minute = 0; now() < LENGTH; minute++) {
      samples.push(sampleAt(minute, clients));
      await sleep(Math.max(0, Math.min((minute + 1) * 60_000, LENGTH) - now()));
    }
    samples.push(sampleAt(samples.length, clients));
  }

  await Promise.all([
    ...[...clients].map(([name, client]) => work(name, client)),
    ...[...servers.values()].map((server, index) => fail(server, faultsOf(index))),
    probe(),
    look(),
  ]);
  const seen: Seen = { queries, answered, failures, samples, probes };
  writeFileSync(into, JSON.stringify(seen));
  await health?.close();
  await Promise.all([...servers.values()].map((server) => server.stop()));
}

async function timedOut(): Promise<never> {
  await sleep(PATIENCE, undefined, { ref: false });
  throw new Error(`No answer within ${PATIENCE / 1000} s.`);
}

function sampleAt(minute: number, clients: ReadonlyMap<string, ServiceClient>): Sample {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => /^TCP/.test(name)).length;
  const counters = [...clients].flatMap(([name, { counters }]) =>
    counters === undefined ? [] : [[name, counters()] as const],
  );
  return {
    ...{ minute, sockets, rss, heap: heapUsed },
    descriptors: readdirSync("/proc/self/fd").length,
    counters: Object.fromEntries(counters),
  };
}

/** A message without ports, numbers of connections and times. */
function steady(failure: unknown): string {
  const { message = failure, code } = (failure ?? {}) as { message?: unknown; code?: unknown };
  const text = String(message || code || failure).split("\n", 1)[0] ?? "";
  return text.replace(/\d+/g, "N").slice(0, 160);
}

async function compare(): Promise<void> {
  const file = fileURLToPath(import.meta.url);
  const [withHale, without] = await Promise.all(
    [true, false].map(async (hale) => {
      const into = join(tmpdir(), `hale-faults-${process.pid}-${hale}.json`);
      const args = ["--minutes", values.minutes, "--seed", values.seed, "--into", into];
      const child = spawn(
        process.execPath,
        [...process.execArgv, "--expose-gc", file, ...args, ...(hale ? ["--hale"] : [])],
        { stdio: "inherit" },
      );
      const [code] = await once(child, "exit");
      if (code !== 0) throw new Error(`The service ${hale ? "with" : "without"} hale ended.`);
      return JSON.parse(readFileSync(into, "utf8")) as Seen;
    }),
  );
  if (withHale === undefined || without === undefined) return;
  const kinds = (seen: Seen) => {
    const counts = new Map<string, number>();
    for (const { client, message } of seen.failures) {
      const kind = `${client} | ${message}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  };
  const [mine, theirs] = [kinds(withHale), kinds(without)];
  console.log(`\n${values.minutes} minutes, seed ${values.seed}\n`);
  console.log("| | with hale | without |\n| --- | --- | --- |");
  console.log(`| queries | ${withHale.queries} | ${without.queries} |`);
  console.log(`| that failed | ${withHale.failures.length} | ${without.failures.length} |`);
  console.log("\n| client | error | with hale | without |\n| --- | --- | --- | --- |");
  for (const kind of [...new Set([...mine.keys(), ...theirs.keys()])].sort()) {
    console.log(`| ${kind} | ${mine.get(kind) ?? 0} | ${theirs.get(kind) ?? 0} |`);
  }
  console.log("\nonly with hale:");
  for (const [kind, count] of mine) if (!theirs.has(kind)) console.log(`- ${count} × ${kind}`);
  console.log("\nprobes:", withHale.probes);
  for (const [name, { samples }] of Object.entries({ "with hale": withHale, without })) {
    console.log(`\n${name}:\n| minute | descriptors | TCP | MB | heap MB | drivers |`);
    console.log("| --- | --- | --- | --- | --- | --- |");
    for (const { minute, descriptors, sockets, rss, heap, counters } of samples) {
      const megabytes = [rss, heap].map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(" | ");
      console.log(
        `| ${minute} | ${descriptors} | ${sockets} | ${megabytes} | ${JSON.stringify(counters)} |`,
      );
    }
  }
}
