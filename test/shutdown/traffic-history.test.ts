import { expect, test } from "vitest";
import { TrafficHistory } from "../../src/shutdown/traffic-history.ts";

function historyOf(...times: number[]): TrafficHistory {
  const history = new TrafficHistory();
  for (const at of times) history.add(at);
  return history;
}

test("without requests there is neither a mean nor a newest one", () => {
  const history = new TrafficHistory();
  expect(history.newest).toBe(-Infinity);
  expect(history.summary(1000)).toEqual({ count: 0, mean: Infinity, longest: Infinity });
});

test("the mean is that of the time since the first one", () => {
  expect(historyOf(0, 100, 200, 300).summary(400)).toEqual({ count: 4, mean: 100, longest: 100 });
});

test("the longest gap is found whatever the order in which requests ended", () => {
  expect(historyOf(5210, 50, 1030, 5000, 1900).summary(5300)).toMatchObject({
    count: 5,
    longest: 3100,
  });
});

test("silence up to now is a gap", () => {
  expect(historyOf(0, 150, 300).summary(2000).longest).toBe(1700);
});

test("requests of more than a minute ago are forgotten", () => {
  const history = historyOf(0, 10, 60_500);
  expect(history.summary(60_600)).toEqual({ count: 1, mean: 100, longest: 100 });
  // One that took more than a minute is noted when it ends.
  history.add(20);
  expect(history.summary(60_600).count).toBe(1);
  expect(history.newest).toBe(60_500);
});

test("a hundred thousand requests take no more memory than one", () => {
  const history = new TrafficHistory();
  for (let request = 0; request < 100_000; request++) history.add(request / 2);
  const { count, mean, longest } = history.summary(50_000);
  expect([count, mean]).toEqual([100_000, 0.5]);
  expect(longest).toBeLessThan(1);
});
