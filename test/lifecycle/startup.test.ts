import { describe, expect, test } from "vitest";
import type { TaskReport } from "../../src/contract/report.ts";
import { Startup } from "../../src/lifecycle/startup.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { unhandledRejections } from "../_support/unhandled.ts";

function setUp() {
  const seen = { done: 0, failed: [] as TaskReport[], pauses: [] as (number | undefined)[] };
  const clock = new FakeClock();
  const startup = new Startup({
    describe: describeFailure,
    clock,
    onDone: () => seen.done++,
    onFailed: (task, again) => {
      seen.failed.push(task);
      seen.pauses.push(again);
    },
  });
  return { startup, seen, clock };
}

/** A task that ends when it is told to. */
function task() {
  let finish = (_value?: unknown) => {};
  let fail = (_failure: unknown) => {};
  const promise = new Promise((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  return { promise, finish, fail };
}

describe("start-up without tasks", () => {
  test("is done when its first turn is over, and not before", async () => {
    const { startup, seen } = setUp();
    await settled();
    expect(seen.done).toBe(0);
    startup.endFirstTurn();
    expect(seen.done).toBe(1);
  });

  test("is done once, whatever comes after it", () => {
    const { startup, seen } = setUp();
    startup.endFirstTurn();
    startup.endFirstTurn();
    startup.markStarted();
    startup.requestReceived();
    expect(seen.done).toBe(1);
  });
});

describe("a server", () => {
  const [server, other] = [{}, {}];

  test("holds start-up back until it listens", () => {
    const { startup, seen } = setUp();
    startup.awaitServer(server, server);
    startup.endFirstTurn();
    expect(startup.awaited).toEqual(["a server to listen, or markStarted()"]);
    expect(seen.done).toBe(0);
    startup.serverListens(server);
    expect(seen.done).toBe(1);
  });

  test("that listens in the first turn does not end it", () => {
    const { startup, seen } = setUp();
    startup.awaitServer(server, server);
    startup.serverListens(server);
    expect(seen.done).toBe(0);
    startup.endFirstTurn();
    expect(seen.done).toBe(1);
  });

  test("holds it back together with others and with tasks, in any order", async () => {
    const { startup, seen } = setUp();
    const { promise, finish } = task();
    startup.add("warm", promise);
    startup.awaitServer(server, server);
    startup.endFirstTurn();
    startup.awaitServer(other, other);
    expect(startup.awaited).toEqual(["2 servers to listen, or markStarted()"]);
    startup.serverListens(other);
    finish();
    await settled();
    expect(seen.done).toBe(0);
    startup.serverListens(server);
    expect(seen.done).toBe(1);
  });

  test("that is detached holds nothing any more", () => {
    const { startup, seen } = setUp();
    startup.awaitServer(server, server);
    startup.endFirstTurn();
    startup.dropWait(server);
    expect(seen.done).toBe(1);
  });

  test("that two wait for is one server, and holds startup back until both waits have ended", () => {
    const { startup, seen } = setUp();
    const [one, two] = [{}, {}];
    startup.awaitServer(one, server);
    startup.awaitServer(two, server);
    startup.endFirstTurn();
    expect(startup.awaited).toEqual(["a server to listen, or markStarted()"]);
    startup.dropWait(two);
    startup.dropWait(two);
    expect(seen.done).toBe(0);
    startup.serverListens(one);
    expect(seen.done).toBe(1);
  });

  test.each(["requestReceived", "markStarted"] as const)("is waited for until %s()", (call) => {
    const { startup, seen } = setUp();
    startup.awaitServer(server, server);
    startup.awaitServer(other, other);
    startup.endFirstTurn();
    startup[call]();
    expect(seen.done).toBe(1);
  });

  test("that comes while a task is pending, after a request, is waited for again", async () => {
    const { startup, seen } = setUp();
    const { promise, finish } = task();
    startup.add("warm", promise);
    startup.endFirstTurn();
    startup.requestReceived();
    startup.awaitServer(server, server);
    finish();
    await settled();
    expect(seen.done).toBe(0);
    startup.serverListens(server);
    expect(seen.done).toBe(1);
  });

  test("that comes after markStarted() is not waited for", async () => {
    const { startup, seen } = setUp();
    const { promise, finish } = task();
    startup.add("warm", promise);
    startup.markStarted();
    startup.awaitServer(server, server);
    expect(startup.awaited).toEqual([]);
    finish();
    await settled();
    expect(seen.done).toBe(1);
  });
});

describe("start-up by hand", () => {
  test("is ended by markStarted() alone, whatever listens or is received", () => {
    const { startup, seen } = setUp();
    startup.awaitServer({}, {});
    startup.requestReceived();
    expect(startup.awaited).toEqual(["markStarted()"]);
    expect(seen.done).toBe(0);
    startup.markStarted();
    expect(seen.done).toBe(1);
  });
});

describe("start-up that needs evidence", () => {
  const server = {};

  test.each<[string, (startup: Startup) => unknown]>([
    ["a server that listens", (startup) => startup.serverListens(server)],
    ["a request of the application", (startup) => startup.requestReceived()],
    ["markStarted()", (startup) => startup.markStarted()],
    ["a task that has ended", (startup) => startup.add("warm", Promise.resolve())],
  ])("is done with %s, whether that comes before or after", async (_, give) => {
    const after = setUp();
    expect(after.startup.requireEvidence()).toBe(true);
    after.startup.endFirstTurn();
    expect([after.seen.done, after.startup.isSilent]).toEqual([0, true]);
    give(after.startup);
    await settled();
    expect([after.seen.done, after.startup.isSilent]).toEqual([1, false]);

    const before = setUp();
    give(before.startup);
    await settled();
    before.startup.requireEvidence();
    before.startup.endFirstTurn();
    expect(before.seen.done).toBe(1);
    expect(before.startup.requireEvidence()).toBe(true);
  });

  test("is not silent while a task or a server is waited for, or markStarted()", () => {
    const { startup } = setUp();
    startup.requireEvidence();
    expect(startup.isSilent).toBe(false);
    startup.endFirstTurn();
    expect(startup.awaited).toEqual(["a server, a task or markStarted()"]);
    startup.awaitServer(server, server);
    expect(startup.isSilent).toBe(false);
    startup.dropWait(server);
    expect(startup.isSilent).toBe(true);
    startup.add("warm", new Promise(() => {}));
    expect(startup.isSilent).toBe(false);
  });

  test("waits for all that is pending, whatever has ended", async () => {
    const { startup, seen } = setUp();
    startup.requireEvidence();
    startup.add("warm", Promise.resolve());
    startup.awaitServer(server, server);
    startup.endFirstTurn();
    await settled();
    expect(seen.done).toBe(0);
    startup.serverListens(server);
    expect(seen.done).toBe(1);
  });

  test("is not possible once start-up is done without any", () => {
    const { startup } = setUp();
    startup.endFirstTurn();
    expect(startup.requireEvidence()).toBe(false);
  });
});

describe("a task", () => {
  test("is pending until it has ended, and then is not reported", async () => {
    const { startup } = setUp();
    const { promise, finish } = task();
    startup.add("warm the cache", promise);
    expect(startup.tasks).toEqual([{ name: "warm the cache", status: "pending" }]);
    finish();
    await settled();
    expect(startup.tasks).toEqual([]);
  });

  test("holds start-up back after it was released", async () => {
    const { startup, seen } = setUp();
    const { promise, finish } = task();
    startup.add("warm", promise);
    startup.endFirstTurn();
    await settled();
    expect(seen.done).toBe(0);
    finish("anything");
    await settled();
    expect(seen.done).toBe(1);
  });

  test("that ends before the release does not make start-up done", async () => {
    const { startup, seen } = setUp();
    startup.add("warm", Promise.resolve());
    await settled();
    expect(seen.done).toBe(0);
    startup.endFirstTurn();
    expect(seen.done).toBe(1);
  });

  test("holds start-up back together with the others, in any order", async () => {
    const { startup, seen } = setUp();
    const [one, other] = [task(), task()];
    startup.add("one", one.promise);
    startup.add("other", other.promise);
    startup.endFirstTurn();
    other.finish();
    await settled();
    expect(startup.tasks).toEqual([{ name: "one", status: "pending" }]);
    expect(seen.done).toBe(0);
    one.finish();
    await settled();
    expect(seen.done).toBe(1);
  });

  test("may come after the release, as long as another one is pending", async () => {
    const { startup, seen } = setUp();
    const [one, late] = [task(), task()];
    startup.add("one", one.promise);
    startup.endFirstTurn();
    startup.add("late", late.promise);
    one.finish();
    await settled();
    expect(seen.done).toBe(0);
    late.finish();
    await settled();
    expect(seen.done).toBe(1);
  });

  test("may be a function, which is called at once, and once", async () => {
    const { startup, seen } = setUp();
    const { promise, finish } = task();
    let calls = 0;
    startup.add("warm", () => {
      calls++;
      return promise;
    });
    startup.endFirstTurn();
    expect(calls).toBe(1);
    expect(seen.done).toBe(0);
    finish();
    await settled();
    expect(calls).toBe(1);
    expect(seen.done).toBe(1);
  });

  test("may be a function that is not async", async () => {
    const { startup, seen } = setUp();
    startup.add("warm", (() => 5) as never);
    startup.endFirstTurn();
    await settled();
    expect(seen.done).toBe(1);
  });

  test("may be a thenable", async () => {
    const { startup, seen } = setUp();
    startup.add("warm", { then: (resolve: () => void) => resolve() } as never);
    startup.endFirstTurn();
    await settled();
    expect(seen.done).toBe(1);
  });

  test("may have the name of one that has ended", async () => {
    const { startup } = setUp();
    startup.add("warm", Promise.resolve());
    await settled();
    startup.add("warm", new Promise(() => {}));
    expect(startup.tasks).toEqual([{ name: "warm", status: "pending" }]);
  });
});

describe("a task that fails", () => {
  test.each<[string, () => Promise<unknown> | (() => Promise<unknown>)]>([
    ["a promise that is rejected", () => Promise.reject(new Error("no cache"))],
    ["an async function that throws", () => () => Promise.reject(new Error("no cache"))],
    [
      "a function that throws at once",
      () => () => {
        throw new Error("no cache");
      },
    ],
  ])("is reported with its reason, as %s", async (_, make) => {
    const { startup, seen } = setUp();
    startup.add("warm", make());
    await settled();
    const failed = { name: "warm", status: "failed", reason: "no cache" };
    expect(startup.tasks).toEqual([failed]);
    expect(seen.failed).toEqual([failed]);
  });

  test("holds start-up back for good", async () => {
    const { startup, seen } = setUp();
    startup.add("warm", Promise.reject(new Error("no cache")));
    startup.add("other", Promise.resolve());
    startup.endFirstTurn();
    await settled();
    startup.endFirstTurn();
    expect(seen.done).toBe(0);
    expect(startup.tasks).toEqual([{ name: "warm", status: "failed", reason: "no cache" }]);
  });

  test("keeps no credentials", async () => {
    const { startup } = setUp();
    startup.add("warm", Promise.reject(new Error("redis://:hunter2@cache refused")));
    await settled();
    expect(startup.tasks[0]?.reason).toBe("redis://***@cache refused");
  });

  test.each([undefined, null, 5, "text", {}])(
    "with %j in place of an error has a reason",
    async (failure) => {
      const { startup } = setUp();
      startup.add("warm", Promise.reject(failure));
      await settled();
      expect(startup.tasks[0]?.reason).toMatch(/./);
    },
  );

  test("leaves no rejection unhandled", async () => {
    const { startup } = setUp();
    const reasons = await unhandledRejections(() => {
      startup.add("one", Promise.reject(new Error("no")));
      startup.add("other", () => Promise.reject(new Error("no")));
    });
    expect(reasons).toEqual([]);
  });

  test("keeps its name from being given again", async () => {
    const { startup } = setUp();
    startup.add("warm", Promise.reject(new Error("no cache")));
    await settled();
    const error = haleErrorOf(() => startup.add("warm", Promise.resolve()));
    expect(error.code).toBe("HALE_DUPLICATE_TASK");
  });
});

describe("misuse", () => {
  test("a name that is taken by a pending task is refused, and its function not called", () => {
    const { startup } = setUp();
    startup.add("warm", new Promise(() => {}));
    let calls = 0;
    const error = haleErrorOf(() =>
      startup.add("warm", async () => {
        calls++;
      }),
    );
    expect(error.code).toBe("HALE_DUPLICATE_TASK");
    expect(error.message).toContain('"warm"');
    expect(calls).toBe(0);
  });

  test("a task after start-up was done is refused, and its function not called", () => {
    const { startup, seen } = setUp();
    startup.endFirstTurn();
    let calls = 0;
    const error = haleErrorOf(() =>
      startup.add("late", async () => {
        calls++;
      }),
    );
    expect(error.code).toBe("HALE_ALREADY_STARTED");
    expect(error.message).toContain('"late"');
    expect(calls).toBe(0);
    expect(startup.tasks).toEqual([]);
    expect(seen.done).toBe(1);
  });

  test.each([undefined, null, 5, "text", true, {}, []])("%j is refused as a task", (value) => {
    const error = haleErrorOf(() => setUp().startup.add("warm", value as never));
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message).toContain("a promise or a function");
  });

  test.each([undefined, null, 5, "", "x".repeat(101), {}])("%j is refused as a name", (name) => {
    const error = haleErrorOf(() => setUp().startup.add(name as string, Promise.resolve()));
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message).toContain("a name of 1 to 100 characters");
  });

  test.each(["a", "warm the cache", "__proto__", "x".repeat(100), "wärm"])(
    "%j is taken as a name",
    (name) => {
      const { startup } = setUp();
      startup.add(name, new Promise(() => {}));
      expect(startup.tasks).toEqual([{ name, status: "pending" }]);
    },
  );
});

describe("a task with retries", () => {
  const NO_CACHE = { name: "warm", status: "pending", reason: "no cache" };

  test("is called again after 1 s, 2 s, 4 s, … and is done when one call succeeds", async () => {
    const { startup, seen, clock } = setUp();
    const calls: number[] = [];
    startup.add(
      "warm",
      async () => {
        calls.push(clock.now());
        if (calls.length < 4) throw new Error("no cache");
      },
      { retries: 3 },
    );
    startup.endFirstTurn();
    await clock.advance(6_999);
    expect(startup.tasks).toEqual([NO_CACHE]);
    expect(seen.done).toBe(0);
    await clock.advance(1);
    expect(calls).toEqual([0, 1000, 3000, 7000]);
    expect(seen.pauses).toEqual([1000, 2000, 4000]);
    expect(seen.done).toBe(1);
    expect(startup.tasks).toEqual([]);
  });

  test("is called every 30 s at most, for as long as it takes", async () => {
    const { startup, seen, clock } = setUp();
    startup.add("warm", () => Promise.reject(new Error("no cache")), { retries: Infinity });
    await clock.advance(300_000);
    expect(seen.pauses.slice(0, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(startup.tasks).toEqual([NO_CACHE]);
  });

  test("has failed for good after the last of them", async () => {
    const { startup, seen, clock } = setUp();
    startup.add("warm", () => Promise.reject(new Error("no cache")), { retries: 2 });
    startup.endFirstTurn();
    await clock.advance(100_000);
    expect(seen.pauses).toEqual([1000, 2000, undefined]);
    expect(startup.tasks).toEqual([{ ...NO_CACHE, status: "failed" }]);
    expect(seen.done).toBe(0);
  });

  test("is not called again once it is abandoned, and its signal says so", async () => {
    const { startup, seen, clock } = setUp();
    let calls = 0;
    const signals: AbortSignal[] = [];
    startup.add(
      "warm",
      ({ signal }) => {
        calls++;
        signals.push(signal);
        return Promise.reject(new Error("no cache"));
      },
      { retries: 5 },
    );
    await settled();
    startup.abandon();
    await clock.advance(100_000);
    expect(calls).toBe(1);
    expect(seen.pauses).toEqual([1000]);
    expect(signals[0]?.aborted).toBe(true);
  });

  test.each([-1, 1.5, Number.NaN, "3", null])("of %j is refused", (retries) => {
    const { startup } = setUp();
    const error = haleErrorOf(() =>
      startup.add("warm", async () => {}, { retries: retries as number }),
    );
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message).toContain("a whole number or Infinity");
    expect(startup.tasks).toEqual([]);
  });

  test("must be a function", () => {
    const { startup } = setUp();
    const error = haleErrorOf(() => startup.add("warm", Promise.resolve(), { retries: 1 }));
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message).toContain("to be tried again");
  });

  test("is refused with an option that does not exist", () => {
    const { startup } = setUp();
    const error = haleErrorOf(() => startup.add("warm", async () => {}, { retrys: 1 } as never));
    expect(error.message).toContain('Did you mean "retries"?');
  });
});

describe("progress", () => {
  test("is reported while the task is pending, and not after", async () => {
    const { startup } = setUp();
    let progress = (_share: number) => {};
    const { promise, finish } = task();
    startup.add("warm", (context) => {
      ({ progress } = context);
      return promise;
    });
    progress(0.4);
    expect(startup.tasks).toEqual([{ name: "warm", status: "pending", progress: 0.4 }]);
    finish();
    await settled();
    progress(0.9);
    expect(startup.tasks).toEqual([]);
  });

  test.each([
    [40, 1],
    [Infinity, 1],
    [-0.1, 0],
    [Number.NaN, 0],
    [0, 0],
    [1, 1],
  ])("of %d is reported as %d", (share, reported) => {
    const { startup } = setUp();
    startup.add("warm", async ({ progress }) => progress(share));
    expect(startup.tasks).toEqual([{ name: "warm", status: "pending", progress: reported }]);
  });
});
