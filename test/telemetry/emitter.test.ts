import { describe, expect, test } from "vitest";
import { Emitter } from "../../src/telemetry/emitter.ts";
import { unhandledRejections } from "../_support/unhandled.ts";

interface Events {
  change: number;
  phase: string;
}

/** For listeners none of which is to fail. */
const unexpected = (event: string, failure: unknown) => {
  throw new Error(`A listener of ${event} has failed.`, { cause: failure });
};

describe("a listener", () => {
  test("gets each event that it listens to, at once, and no other", () => {
    const emitter = new Emitter<Events>(unexpected);
    const [changes, phases]: [number[], string[]] = [[], []];
    emitter.on("change", (value) => changes.push(value));
    emitter.on("phase", (value) => phases.push(value));
    emitter.emit("change", 1);
    emitter.emit("change", 2);
    expect([changes, phases]).toEqual([[1, 2], []]);
    emitter.emit("phase", "serving");
    expect([changes, phases]).toEqual([[1, 2], ["serving"]]);
  });

  test("comes after those that were added before it", () => {
    const emitter = new Emitter<Events>(unexpected);
    const order: string[] = [];
    for (const name of ["a", "b", "c"]) emitter.on("change", () => order.push(name));
    emitter.emit("change", 1);
    expect(order).toEqual(["a", "b", "c"]);
  });

  test("that is added twice is called twice, and each is removed on its own", () => {
    const emitter = new Emitter<Events>(unexpected);
    let calls = 0;
    const listener = () => calls++;
    const [stopOne, stopOther] = [emitter.on("change", listener), emitter.on("change", listener)];
    emitter.emit("change", 1);
    expect(calls).toBe(2);
    stopOne();
    emitter.emit("change", 1);
    expect(calls).toBe(3);
    stopOther();
    emitter.emit("change", 1);
    expect(calls).toBe(3);
  });

  test("that was removed is not called, however often it is removed", () => {
    const emitter = new Emitter<Events>(unexpected);
    const seen: number[] = [];
    const stop = emitter.on("change", (value) => seen.push(value));
    emitter.on("change", (value) => seen.push(-value));
    stop();
    stop();
    emitter.emit("change", 1);
    expect(seen).toEqual([-1]);
  });

  test("may remove itself, without another one being left out", () => {
    const emitter = new Emitter<Events>(unexpected);
    const order: string[] = [];
    const stop = emitter.on("change", () => {
      order.push("once");
      stop();
    });
    emitter.on("change", () => order.push("always"));
    emitter.emit("change", 1);
    emitter.emit("change", 2);
    expect(order).toEqual(["once", "always", "always"]);
  });

  test("that is added by a listener waits for the next event", () => {
    const emitter = new Emitter<Events>(unexpected);
    const order: string[] = [];
    const stop = emitter.on("change", () => {
      stop();
      emitter.on("change", () => order.push("late"));
    });
    emitter.emit("change", 1);
    expect(order).toEqual([]);
    emitter.emit("change", 2);
    expect(order).toEqual(["late"]);
  });
});

describe("a listener that fails", () => {
  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    [
      "throws no error",
      () => {
        throw undefined;
      },
    ],
    ["returns a promise that is rejected", () => Promise.reject(new Error("no"))],
    [
      "returns something whose then throws",
      () =>
        Object.defineProperty({}, "then", {
          get() {
            throw new Error("no");
          },
        }),
    ],
  ])("breaks nothing when it %s, and each failure is reported", async (_, listener) => {
    const failures: unknown[] = [];
    const emitter = new Emitter<Events>((event) => failures.push(event));
    const seen: number[] = [];
    emitter.on("change", listener);
    emitter.on("change", (value) => seen.push(value));
    const reasons = await unhandledRejections(() => {
      emitter.emit("change", 1);
      emitter.emit("change", 2);
    });
    expect(seen).toEqual([1, 2]);
    expect(reasons).toEqual([]);
    expect(failures).toEqual(["change", "change"]);
  });
});

test("an event that nobody listens to is nothing", () => {
  expect(new Emitter<Events>(unexpected).emit("change", 1)).toBeUndefined();
});
