import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { processes } from "../servers/_processes.ts";
import { until } from "../servers/_until.ts";

interface Line {
  readonly url?: string;
  readonly ended?: number;
  readonly text?: string;
  readonly [name: string]: unknown;
}

const started: ChildProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    for (const { pid } of childrenOf(child)) kill(pid);
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }
});

/** Starts a primary with two workers, from the built package. */
async function startCluster(rule: "all" | "quorum" | "any", replace = "replace") {
  const child = fork("test/cluster/programs/cluster.mjs", [rule, replace], { silent: true });
  started.push(child);
  const lines: Line[] = [];
  const complaints: string[] = [];
  const ended = once(child, "close");
  if (child.stdout === null || child.stderr === null) throw new Error("It has no output.");
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line)));
  child.stderr.on("data", (chunk) => complaints.push(String(chunk)));
  await until("the port of the primary", () => {
    if (child.exitCode !== null) throw new Error(complaints.join(""));
    return lines.some(({ url }) => url !== undefined);
  });
  const base = lines.find(({ url }) => url !== undefined)?.url ?? "";
  const status = async (path: string) => (await ask(base, "GET", path)).status;
  const deep = async () => JSON.parse((await ask(base, "GET", "/health/deep")).body);
  const becomes = (path: string, wanted: number) =>
    until(`${path} to be ${wanted}`, async () => (await status(path)) === wanted);
  const logged = (text: string) => lines.some((line) => line.text?.includes(text));
  return { child, lines, complaints, ended, status, deep, becomes, logged };
}

function childrenOf({ pid }: ChildProcess) {
  return processes().filter(({ parent }) => parent === pid);
}

function kill(pid: number) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

test("a worker that is killed is seen at once, by name and signal, and so is its replacement", async () => {
  const { child, lines, deep, becomes, logged, status } = await startCluster("all", "on demand");
  await becomes("/health/ready", 200);
  const [victim] = childrenOf(child);
  if (victim === undefined) throw new Error("There are no workers.");
  process.kill(victim.pid, "SIGKILL");
  await until("the end of the worker", () => lines.some(({ ended }) => ended === victim.pid));
  expect(await status("/health/ready")).toBe(503);
  expect(await status("/health/live")).toBe(200);
  expect(await status("/health/startup")).toBe(200);
  const { status: whole, checks } = await deep();
  expect(whole).toBe("unhealthy");
  const dead = Object.entries(checks as Record<string, { status: string; reason?: string }>).filter(
    ([, { status }]) => status === "failed",
  );
  expect(dead).toHaveLength(1);
  expect(dead[0]?.[1].reason).toBe(`process ${victim.pid} was killed by SIGKILL`);
  expect(await status(`/health/ready/${dead[0]?.[0]}`)).toBe(503);
  expect(logged(`${dead[0]?.[0]} is down`)).toBe(true);
  expect(logged(`process ${victim.pid} was killed by SIGKILL`)).toBe(true);
  child.send("fork");
  await becomes("/health/ready", 200);
  expect(Object.keys((await deep()).checks)).toEqual(["worker-1", "worker-2"]);
});

test("a worker that is told to stop drains, exits with 0 and is replaced under its name", async () => {
  const { child, lines, deep, becomes } = await startCluster("any");
  await becomes("/health/ready", 200);
  await until("both workers", async () => (await deep()).status === "healthy");
  const [told] = childrenOf(child);
  if (told === undefined) throw new Error("There are no workers.");
  process.kill(told.pid, "SIGTERM");
  await until("its end", () => lines.some(({ ended }) => ended === told.pid));
  expect(lines).toContainEqual({ ended: told.pid, code: 0, signal: null });
  await until("its replacement", async () => (await deep()).status === "healthy");
  expect(Object.keys((await deep()).checks)).toEqual(["worker-1", "worker-2"]);
});

test("a primary that is told to stop is unready at once, exits with 0 after its workers, and leaves none", async () => {
  const { child, lines, complaints, ended, becomes } = await startCluster("quorum");
  await becomes("/health/ready", 200);
  const workers = childrenOf(child).map(({ pid }) => pid);
  expect(workers).toHaveLength(2);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(lines).toContainEqual({ draining: "down" });
  expect(lines.filter(({ ended }) => ended !== undefined)).toEqual(
    expect.arrayContaining(workers.map((pid) => ({ ended: pid, code: 0, signal: null }))),
  );
  expect(lines.at(-1)).toEqual({ over: true });
  expect(complaints).toEqual([]);
  expect(processes().filter(({ pid }) => workers.includes(pid))).toEqual([]);
});

test("the application's own messages arrive as they were sent", async () => {
  const { child, lines, becomes } = await startCluster("all");
  await becomes("/health/ready", 200);
  const workers = childrenOf(child).map(({ pid }) => pid);
  await until("their words", () => lines.filter(({ from }) => from !== undefined).length === 2);
  expect(lines.filter(({ from }) => from !== undefined)).toEqual(
    expect.arrayContaining(workers.map((pid) => ({ from: pid, application: "hello" }))),
  );
});
