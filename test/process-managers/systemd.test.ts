import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { notifyBy, notifySystemd } from "../../src/process-managers/systemd.ts";
import { compose } from "../_support/compose.ts";
import { toolPath } from "../servers/_tools.ts";
import { until } from "../servers/_until.ts";

const ENV = { NOTIFY_SOCKET: "/run/systemd/notify" };

/** Tends a health in a fake time, whose words go to a list. */
function tended(env: NodeJS.ProcessEnv, health: Health, isWorker = false) {
  const said: string[] = [];
  const notify = async (words: readonly string[]) => void said.push(words.join(" "));
  const stop = notifySystemd(internalsOf("test", health), { env, pid: 7, isWorker, notify });
  return { said, stop };
}

test("systemd hears of a start that is done, and of a drain, each once and in this order", async () => {
  const { health, clock } = compose({ startup: { manual: true } });
  const { said } = tended(ENV, health);
  await clock.advance(5000);
  expect(said).toEqual([]);
  health.markStarted();
  await clock.advance(1000);
  expect(said).toEqual(["READY=1 STATUS=serving"]);
  health.drain();
  await clock.advance(1000);
  expect(said).toEqual(["READY=1 STATUS=serving", "STOPPING=1 STATUS=draining"]);
});

test("a worker of a cluster says nothing, since it is not the service that systemd knows", async () => {
  const { health, clock } = compose();
  const { said } = tended({ ...ENV, WATCHDOG_USEC: "2000000" }, health, true);
  await clock.advance(5000);
  health.drain();
  await clock.advance(5000);
  expect(said).toEqual([]);
});

test("a service that drains before it has started is never called ready", async () => {
  const { health, clock } = compose({ startup: { manual: true } });
  const { said } = tended(ENV, health);
  health.drain();
  health.markStarted();
  await clock.advance(1000);
  expect(said).toEqual(["STOPPING=1 STATUS=draining"]);
});

test("the watchdog is fed at half its time, while liveness is not down, also in a drain", async () => {
  let alive = true;
  const loop = defineCheck({ scope: "process", run: () => alive });
  const { health, clock } = compose({
    checks: { loop },
    defaults: { maxAge: 0 },
    startup: { manual: true },
  });
  const { said, stop } = tended({ ...ENV, WATCHDOG_USEC: "2000000", WATCHDOG_PID: "7" }, health);
  const fed = () => said.filter((words) => words === "WATCHDOG=1").length;
  await clock.advance(2500);
  expect(fed()).toBe(3);
  alive = false;
  await clock.advance(3000);
  expect(fed()).toBe(3);
  alive = true;
  health.drain();
  await clock.advance(1000);
  expect(fed()).toBe(4);
  stop();
  await clock.advance(5000);
  expect(fed()).toBe(4);
});

test("a process that systemd has not started, or that it does not watch, is left alone", async () => {
  const { health, clock } = compose();
  const { said } = tended({ WATCHDOG_USEC: "2000000" }, health);
  const other = tended({ ...ENV, WATCHDOG_USEC: "2000000", WATCHDOG_PID: "8" }, health);
  await clock.advance(10_000);
  expect(said).toEqual([]);
  expect(other.said).toEqual(["READY=1 STATUS=serving"]);
});

test("a missing systemd-notify is one line in the log, and no exception", async () => {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const health = createHealth({ logger: { info: say, warn: say, error: say } });
  onTestFinished(() => health.close());
  const env = { ...ENV, WATCHDOG_USEC: "20000", PATH: "/nowhere" };
  const send = notifyBy(env);
  let attempts = 0;
  const stop = notifySystemd(internalsOf("test", health), {
    env,
    pid: 7,
    isWorker: false,
    notify: (words) => send(words).finally(() => attempts++),
  });
  onTestFinished(stop);
  await until("five attempts", () => attempts >= 5);
  const told = lines.filter((line) => line.includes("systemd"));
  expect(told).toEqual([
    "hale: systemd was not notified: spawn systemd-notify ENOENT. Install systemd-notify, and set NotifyAccess=all.",
  ]);
});

describe("the real systemd-notify", () => {
  const program = toolPath("systemdNotify");
  const python = toolPath("python");

  /** A datagram socket in systemd's place, and what has come to it. */
  async function receive() {
    const folder = await mkdtemp(join(tmpdir(), "hale-notify-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const socket = join(folder, "notify");
    const receiver = spawn(python, ["test/process-managers/programs/receive-datagrams.py", socket]);
    onTestFinished(async () => {
      const exit = once(receiver, "exit");
      if (receiver.kill("SIGKILL")) await exit;
    });
    const lines: string[] = [];
    createInterface(receiver.stdout).on("line", (line) => lines.push(line));
    await until("the socket", () => lines.includes("bound"));
    // It also sends BARRIER=1, to wait until systemd has read what came before.
    return { socket, words: () => lines.filter((line) => !/^bound$|^BARRIER/.test(line)) };
  }

  test("tells the socket of start, life and drain", async () => {
    const { socket, words } = await receive();
    const health = createHealth({ logger: false, startup: { manual: true } });
    onTestFinished(() => health.close());
    const env = { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: "200000" };
    const notify = notifyBy(env, program);
    onTestFinished(
      notifySystemd(internalsOf("test", health), {
        env,
        pid: process.pid,
        isWorker: false,
        notify,
      }),
    );
    await until("the watchdog", () => words().includes("WATCHDOG=1"));
    expect(words().filter((word) => word !== "WATCHDOG=1")).toEqual([]);
    health.markStarted();
    await until("the start", () => words().some((word) => word.startsWith("READY=1")));
    health.drain();
    await until("the drain", () => words().some((word) => word.startsWith("STOPPING=1")));
    expect(words().filter((word) => word !== "WATCHDOG=1")).toEqual([
      "READY=1 STATUS=serving",
      "STOPPING=1 STATUS=draining",
    ]);
  });
});
