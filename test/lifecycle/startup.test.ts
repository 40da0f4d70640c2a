import { describe, expect, test } from "vitest";
import type { TaskReport } from "../../src/contract/report.ts";
import { Startup } from "../../src/lifecycle/startup.ts";
import { reasonOf } from "../../src/report/reason.ts";
import { settled } from "../_support/fake-clock.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { unhandledRejections } from "../_support/unhandled.ts";

function setUp() {
  const seen = { done: 0, failed: [] as TaskReport[] };
  const startup = new Startup({
    explain: reasonOf,
    onDone: () => seen.done++,
    onFailed: (task) => seen.failed.push(task),
  });
  return { startup, seen };
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
  test("is done when it is released, and not before", async () => {
    const { startup, seen } = setUp();
    await settled();
    expect(seen.done).toBe(0);
    startup.release();
    expect(seen.done).toBe(1);
  });

  test("is done once, however often it is released", () => {
    const { startup, seen } = setUp();
    startup.release();
    startup.release();
    expect(seen.done).toBe(1);
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
    startup.release();
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
    startup.release();
    expect(seen.done).toBe(1);
  });

  test("holds start-up back together with the others, in any order", async () => {
    const { startup, seen } = setUp();
    const [one, other] = [task(), task()];
    startup.add("one", one.promise);
    startup.add("other", other.promise);
    startup.release();
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
    startup.release();
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
    startup.release();
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
    startup.release();
    await settled();
    expect(seen.done).toBe(1);
  });

  test("may be a thenable", async () => {
    const { startup, seen } = setUp();
    startup.add("warm", { then: (resolve: () => void) => resolve() } as never);
    startup.release();
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
    startup.release();
    await settled();
    startup.release();
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
    startup.release();
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
    expect(error.message).toContain("a promise, or a function that returns one");
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
