import { createServer } from "node:http";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { type Hooks, namedHooks, runHook } from "../../src/shutdown/hooks.ts";
import { FakeClock } from "../_support/fake-clock.ts";

const noop = () => {};

function throwing(): never {
  throw new Error("no reading");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test.each<[string, Hooks | undefined, string[]]>([
  ["no hooks", undefined, []],
  ["a function with a name", function closePool() {}, ["closePool"]],
  ["a function without one", (() => noop)().bind(undefined), ["bound noop"]],
  ["an option's own function", { onStop: () => {} }.onStop, ["1"]],
  ["a list", [function a() {}, (() => () => {})()], ["a", "2"]],
  ["an object", { jobs: noop, mails: noop }, ["jobs", "mails"]],
  ["an object with an address", { "postgres://a:hunter2@db/x": noop }, ["postgres://***@db/x"]],
])("the names of %s", (_, hooks, names) => {
  expect(namedHooks(hooks).map(({ name }) => name)).toEqual(names);
});

describe("a hook", () => {
  async function run(hook: () => unknown, advance = 0, stage = "onClose") {
    const clock = new FakeClock();
    const lines: string[] = [];
    const log = (level: string, message: string) => lines.push(`${level}: ${message}`);
    const ended = runHook({ name: "pool", hook }, { stage, timeout: 5000, clock, log });
    await clock.advance(advance);
    return { good: await ended, lines, pending: clock.pending };
  }

  test("that closes a server says so", async () => {
    expect((await run(() => {}, 0, "server")).lines).toEqual([
      'info: server "pool" closed in 0 ms',
    ]);
  });

  test("that ends is logged with how long it took", async () => {
    expect(await run(() => "anything")).toEqual({
      good: true,
      lines: ['info: onClose "pool" finished in 0 ms'],
      pending: 0,
    });
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no way to postgres://me:secret-word@db/shop");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no way to postgres://me:secret-word@db/shop"))],
  ])("that %s is logged with the reason, without credentials", async (_, hook) => {
    const { good, lines, pending } = await run(hook);
    expect({ good, pending }).toEqual({ good: false, pending: 0 });
    expect(lines).toEqual([
      expect.stringMatching(/^error: onClose "pool" failed after 0 ms: no way to /),
    ]);
    expect(lines.join()).not.toContain("secret-word");
  });

  test.each<[string, unknown]>([
    [
      "an error whose code cannot be read",
      Object.defineProperty(new Error("lost"), "code", { get: throwing }),
    ],
    ["an object whose properties cannot be read", new Proxy({}, { get: throwing })],
    ["what has been revoked", revoked()],
    ["nothing", undefined],
    ["null", null],
  ])("that throws %s has failed", async (_, thrown) => {
    const { good, lines, pending } = await run(() => {
      throw thrown;
    });
    expect({ good, pending }).toEqual({ good: false, pending: 0 });
    expect(lines).toEqual([expect.stringMatching(/^error: onClose "pool" failed after 0 ms: It /)]);
  });

  test("that closes what is closed already has succeeded", async () => {
    const server = createServer();
    const close = () =>
      new Promise<void>((resolve, reject) => {
        server.close((failure) => (failure === undefined ? resolve() : reject(failure)));
      });
    expect(await run(close)).toMatchObject({ good: true });
  });

  test("that closes sockets of ws which are closed already has succeeded", async () => {
    const server = new WebSocketServer({ noServer: true });
    const close = () => promisify(server.close.bind(server))();
    await close();
    expect(await run(close)).toMatchObject({ good: true });
  });

  test("that has its answer in the kernel's queue, while the loop stood still, is in time", async () => {
    const clock = new FakeClock();
    let answer = () => {};
    const hook = () => new Promise<void>((resolve) => (answer = resolve));
    const lines: string[] = [];
    const log = (level: string, message: string) => lines.push(`${level}: ${message}`);
    const ended = runHook({ name: "pool", hook }, { stage: "onClose", timeout: 500, clock, log });
    clock.stall(600);
    // Node fires the late timer first, and reads in the turn after it.
    clock.after(0, () => clock.nextTurn(answer));
    await clock.advance(0);
    expect([await ended, lines]).toEqual([true, ['info: onClose "pool" finished in 600 ms']]);
  });

  test.each<[string, (clock: FakeClock) => unknown]>([
    ["at once", (clock) => clock.stall(600)],
    ["at once, as an async function", async (clock) => clock.stall(600)],
    [
      "before it waits",
      (clock) => {
        clock.stall(600);
        return new Promise<void>((resolve) => clock.after(0, resolve));
      },
    ],
  ])("that blocks the process for longer than its time has failed: %s", async (_, block) => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const log = (level: string, message: string) => lines.push(`${level}: ${message}`);
    const hook = () => block(clock);
    const ended = runHook({ name: "pool", hook }, { stage: "onClose", timeout: 500, clock, log });
    await clock.advance(0);
    expect([await ended, lines, clock.pending]).toEqual([
      false,
      ['error: onClose "pool" blocked the process for 600 ms, longer than 0.5 s (hookTimeout)'],
      0,
    ]);
  });

  test.each<[string, (clock: FakeClock) => void | Promise<void>]>([
    ["at once", (clock) => clock.stall(600)],
    [
      "after a promise that has settled",
      async (clock) => {
        await undefined;
        clock.stall(600);
      },
    ],
  ])("beside one that blocks the process has not failed: %s", async (_, block) => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const log = (level: string, message: string) => lines.push(`${level}: ${message}`);
    const run = { stage: "onDrain", timeout: 500, clock, log };
    const beside = async () => {};
    const ended = Promise.all([
      runHook({ name: "before", hook: beside }, run),
      runHook({ name: "flush", hook: () => block(clock) }, run),
      runHook({ name: "after", hook: beside }, run),
    ]);
    await clock.advance(0);
    const [before, , after] = await ended;
    expect([before, after]).toEqual([true, true]);
    expect(lines.filter((line) => !line.includes('"flush"'))).toEqual([
      expect.stringMatching(/^info: onDrain "before" finished in \d+ ms$/),
      expect.stringMatching(/^info: onDrain "after" finished in \d+ ms$/),
    ]);
  });

  test("that blocks the process after it has waited is not known from other code, and has finished", async () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const log = (level: string, message: string) => lines.push(`${level}: ${message}`);
    const hook = async () => {
      await undefined;
      clock.stall(600);
    };
    const ended = runHook({ name: "pool", hook }, { stage: "onClose", timeout: 500, clock, log });
    await clock.advance(0);
    expect([await ended, lines]).toEqual([true, ['info: onClose "pool" finished in 600 ms']]);
  });

  test("that blocks the process for its time has finished in time", async () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const log = (level: string, message: string) => lines.push(`${level}: ${message}`);
    const hook = () => clock.stall(500);
    const ended = runHook({ name: "pool", hook }, { stage: "onClose", timeout: 500, clock, log });
    await clock.advance(0);
    expect([await ended, lines]).toEqual([true, ['info: onClose "pool" finished in 500 ms']]);
  });

  test("that does not end is waited for no longer than its time", async () => {
    const { good, lines } = await run(() => new Promise(() => {}), 5000);
    expect({ good, lines }).toEqual({
      good: false,
      lines: ['error: onClose "pool" did not finish within 5 s (hookTimeout)'],
    });
  });
});
