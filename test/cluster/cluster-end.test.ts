import { expect, onTestFinished, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { type ProgramOptions, startProgram } from "../_support/program.ts";
import { processes } from "../servers/_processes.ts";
import { until } from "../servers/_until.ts";

interface Line {
  readonly ended?: number;
  readonly text?: string;
  readonly pid?: number;
  readonly [name: string]: unknown;
}

/** A cluster of two workers that is ready, and how to reach it. */
async function startCluster(options: object = {}, how: ProgramOptions = {}) {
  const program = startProgram("test/cluster/programs/cluster-end.mjs", {
    args: [JSON.stringify(options)],
    ...how,
  });
  const { probes, workers } = JSON.parse(await program.line('"probes"')) as {
    probes: string;
    workers: [number, number];
  };
  onTestFinished(() => {
    for (const { pid } of processes().filter(({ pid }) => workers.includes(pid))) {
      process.kill(pid, "SIGKILL");
    }
  });
  const { serves } = JSON.parse(await program.line('"serves"', 2)) as { serves: number };
  const readiness = async () => (await ask(probes, "GET", "/readyz")).status;
  return {
    program,
    probes,
    workers,
    base: `http://127.0.0.1:${serves}`,
    readiness,
    /** A prober that has asked once may be a person. */
    probed: async () => [await readiness(), await readiness()],
  };
}

/** How it ended: its code, the ends of the workers, and what the primary has logged. */
async function endOf({ program }: Pick<Awaited<ReturnType<typeof startCluster>>, "program">) {
  const { code, lines } = await program.ended;
  // Node itself says something when a worker that has hardly started loses its primary.
  const all = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Line);
  return {
    code,
    ended: all.filter(({ ended }) => ended !== undefined),
    logged: all.filter(({ who }) => who === "primary").map(({ text = "" }) => text),
  };
}

const well = (pid: number) => ({ ended: pid, code: 0, signal: null });

const refused = expect.objectContaining({ code: "ECONNREFUSED" });

test("workers serve until the probers of the primary have received their 503s, and end before it, with 0", async () => {
  const cluster = await startCluster({ drain: { failedProbes: 2, quiet: 0, max: 600_000 } });
  const { program, workers, base, readiness, probed } = cluster;
  const hanging = ask(base, "GET", "/hang");
  const { pid: busy } = JSON.parse(await program.line('"came":"/hang"')) as { pid: number };
  expect(await probed()).toEqual([200, 200]);
  program.signal("SIGTERM");
  await program.line("service is draining, was serving", 3);
  // Nobody probes the workers, which go on all the same.
  const { status, headers } = await ask(base, "GET", "/");
  expect({ status, connection: headers.connection }).toEqual({ status: 200, connection: "close" });
  expect(await readiness()).toBe(503);
  expect((await ask(base, "GET", "/")).status).toBe(200);
  expect(await readiness()).toBe(503);
  await program.line("the drain of the primary finished; no requests", 2);
  await program.line("has exited with 0");
  await expect(ask(base, "GET", "/")).rejects.toEqual(refused);
  // The port of the probes is there until the last of them has ended.
  expect(await readiness()).toBe(503);
  process.kill(busy, "SIGUSR2");
  expect(await hanging).toMatchObject({ status: 200, body: "whole" });
  const { code, ended, logged } = await endOf(cluster);
  expect(code).toBe(0);
  expect(ended).toHaveLength(2);
  expect(ended).toEqual(expect.arrayContaining(workers.map(well)));
  expect(logged.join("\n")).toMatch(
    /every recent prober \(1\) received 2 × 503[\s\S]*closing 2 workers[\s\S]*onClose "primary" finished/,
  );
  expect(logged.at(-1)).toMatch(/^hale: shutdown finished in .*, exit code 0$/);
});

test("a signal to all processes of a group ends them in the same order", async () => {
  const cluster = await startCluster({ drain: { failedProbes: 1, quiet: 0, max: 600_000 } });
  const { program, workers, base, readiness, probed } = cluster;
  expect(await probed()).toEqual([200, 200]);
  for (const pid of workers) process.kill(pid, "SIGTERM");
  program.signal("SIGTERM");
  await program.line("service is draining, was serving", 3);
  expect((await ask(base, "GET", "/")).status).toBe(200);
  expect(await readiness()).toBe(503);
  const { code, ended } = await endOf(cluster);
  expect(code).toBe(0);
  expect(ended).toEqual(expect.arrayContaining(workers.map(well)));
});

test("a worker that is killed in the drain makes it 1, and the others end well", async () => {
  const cluster = await startCluster({ drain: { failedProbes: 1, quiet: 0, max: 600_000 } });
  const { program, workers, base, readiness, probed } = cluster;
  const [victim, other] = workers;
  expect(await probed()).toEqual([200, 200]);
  program.signal("SIGTERM");
  await program.line("service is draining, was serving", 3);
  process.kill(victim, "SIGKILL");
  await program.line(`worker process ${victim} was killed by SIGKILL`);
  expect((await ask(base, "GET", "/")).status).toBe(200);
  // Its replacement drains with the others.
  await program.line("service is draining, was", 4);
  expect(await readiness()).toBe(503);
  const { code, ended } = await endOf(cluster);
  expect(code).toBe(1);
  expect(ended).toContainEqual({ ended: victim, code: null, signal: "SIGKILL" });
  expect(ended).toContainEqual(well(other));
  expect(ended).toHaveLength(3);
});

test("a request that a worker had to cut off makes it 1 for the whole", async () => {
  const cluster = await startCluster({ requestTimeout: 0 });
  const { program, base } = cluster;
  const cut = expect(ask(base, "GET", "/hang")).rejects.toThrow("socket hang up");
  const { pid } = JSON.parse(await program.line('"came":"/hang"')) as { pid: number };
  program.signal("SIGTERM");
  await cut;
  const { code, ended, logged } = await endOf(cluster);
  expect(code).toBe(1);
  expect(ended).toContainEqual({ ended: pid, code: 1, signal: null });
  expect(logged).toContain(`hale: worker process ${pid} has exited with 1`);
});

test("a worker that does not end is killed when its time is over", async () => {
  const cluster = await startCluster({
    shape: { stuck: true },
    drain: { max: 0 },
    requestTimeout: 0,
    hookTimeout: 100,
  });
  cluster.program.signal("SIGTERM");
  const { code, ended } = await endOf(cluster);
  expect(code).toBe(1);
  expect(ended).toEqual(
    expect.arrayContaining(
      cluster.workers.map((pid) => ({ ended: pid, code: null, signal: "SIGKILL" })),
    ),
  );
});

test("a worker that ends in its own way is sent SIGTERM once the drain is over", async () => {
  const cluster = await startCluster({
    shape: { deaf: true },
    drain: { failedProbes: 1, quiet: 0, max: 600_000 },
  });
  const { program, base, workers, readiness, probed } = cluster;
  expect(await probed()).toEqual([200, 200]);
  program.signal("SIGTERM");
  await program.line("service is draining, was serving");
  expect((await ask(base, "GET", "/")).status).toBe(200);
  expect(await readiness()).toBe(503);
  const { code, ended } = await endOf(cluster);
  expect(code).toBe(0);
  expect(ended).toEqual(expect.arrayContaining(workers.map(well)));
});

test("a worker that is asked to end alone does not wait for the primary, and is replaced", async () => {
  const { program, workers, base } = await startCluster({ drain: { max: 600_000 } });
  const [asked] = workers;
  process.kill(asked, "SIGTERM");
  await program.line(`{"ended":${asked},"code":0,"signal":null}`);
  await program.line('"serves"', 3);
  expect((await ask(base, "GET", "/")).status).toBe(200);
});

test("a worker that is forked while the others end is warned of, and ends with the primary", async () => {
  const cluster = await startCluster({ shape: { always: true } });
  cluster.program.signal("SIGTERM");
  const { code, logged } = await endOf(cluster);
  expect(code).toBe(0);
  expect(logged.filter((line) => line.includes("was forked during the shutdown"))).toEqual([
    expect.stringMatching(/: fork only where worker\.exitedAfterDisconnect is false$/),
  ]);
});

test("in Kubernetes the workers go on for the least time, though nobody probes", async () => {
  const cluster = await startCluster(
    { drain: { min: 600_000, max: 600_000 } },
    { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" } },
  );
  const { program, base } = cluster;
  program.signal("SIGTERM");
  await program.line("service is draining, was serving", 3);
  expect((await ask(base, "GET", "/")).status).toBe(200);
  let ended = false;
  void program.ended.then(() => {
    ended = true;
  });
  // For a second each of them is the same request.
  await until("another signal ends it", () => {
    if (!ended && program.child.exitCode === null) program.signal("SIGTERM");
    return ended;
  });
  expect((await endOf(cluster)).code).toBe(143);
});
