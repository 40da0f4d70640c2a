import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GIVE_UP_AFTER, oneAtATime } from "../../src/checks/internal/common/one-at-a-time.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Calls that are answered by hand. */
function calls() {
  const answers: ((value: number) => void)[] = [];
  const ask = oneAtATime(() => new Promise<number>((resolve) => answers.push(resolve)));
  return { answers, ask };
}

test("whoever calls while one waits gets the same answer", async () => {
  const { answers, ask } = calls();
  const both = [ask(), ask()];
  answers[0]?.(7);
  expect(await Promise.all(both)).toEqual([7, 7]);
  expect(answers).toHaveLength(1);
});

test("the next call after an answer, or after a failure, is made anew", async () => {
  let made = 0;
  const ask = oneAtATime(async () => {
    made++;
    if (made === 1) throw new Error("refused");
    return made;
  });
  await expect(ask()).rejects.toThrow("refused");
  expect(await ask()).toBe(2);
  expect(await ask()).toBe(3);
});

test("it is under way while the next call would join, and hung while one that was given up waits", async () => {
  const { answers, ask } = calls();
  const state = () => ({ isUnderWay: ask.isUnderWay, isHung: ask.isHung });
  expect(state()).toEqual({ isUnderWay: false, isHung: false });
  const first = ask();
  expect(state()).toEqual({ isUnderWay: true, isHung: false });
  vi.advanceTimersByTime(GIVE_UP_AFTER);
  expect(state()).toEqual({ isUnderWay: false, isHung: true });
  const second = ask();
  expect(state()).toEqual({ isUnderWay: true, isHung: true });
  answers[1]?.(2);
  await second;
  expect(state()).toEqual({ isUnderWay: false, isHung: true });
  answers[0]?.(1);
  await first;
  expect(state()).toEqual({ isUnderWay: false, isHung: false });
});

test("a call that was given up is followed by one other, and by no third while both wait", async () => {
  const { answers, ask } = calls();
  void ask();
  vi.advanceTimersByTime(GIVE_UP_AFTER - 1);
  void ask();
  expect(answers).toHaveLength(1);
  vi.advanceTimersByTime(1);
  const second = ask();
  expect(answers).toHaveLength(2);
  for (let attempt = 0; attempt < 20; attempt++) {
    vi.advanceTimersByTime(GIVE_UP_AFTER);
    void ask();
  }
  expect(answers).toHaveLength(2);
  answers[1]?.(2);
  expect(await second).toBe(2);
});

test("once one of two that hang has settled, another may be made", async () => {
  const { answers, ask } = calls();
  const first = ask();
  vi.advanceTimersByTime(GIVE_UP_AFTER);
  void ask();
  vi.advanceTimersByTime(GIVE_UP_AFTER);
  void ask();
  expect(answers).toHaveLength(2);
  answers[0]?.(1);
  await first;
  void ask();
  expect(answers).toHaveLength(3);
});
