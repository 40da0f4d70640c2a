import { describe, expect, test } from "vitest";
import {
  type EndpointHistory,
  unseen,
  withResult,
} from "../../../../src/cli/internal/watch/endpoint-history.ts";
import { tableOf } from "../../../../src/cli/internal/watch/table.ts";
import {
  pad,
  shortenEnd,
  shortenMiddle,
  widthOf,
} from "../../../../src/cli/internal/watch/text-width.ts";
import { formatLatency, formatLength } from "../../../../src/cli/internal/watch/units.ts";

const START = new Date(2026, 10, 27, 14, 3, 59).getTime();
const plain = (_: string, text: string) => text;

const up = { status: "up", reason: "", latency: 3.4 } as const;
const down = { status: "down", reason: "database failed", latency: 1204 } as const;

const api = withResult(withResult(unseen("api", START), up, START), down, START + 60_000);
const worker = withResult(unseen("worker", START), up, START);

const table = (histories: readonly EndpointHistory[], columns: number, rows = 24) =>
  tableOf(histories, { columns, rows }, START + 80_000, plain).map((line) => line.trimEnd());

describe("the history of an endpoint", () => {
  test("has no change before its status has changed", () => {
    expect(worker).toMatchObject({ status: "up", since: START, changed: undefined });
    expect(api).toMatchObject({ status: "down", since: START + 60_000, changed: START + 60_000 });
  });

  test("keeps its time while the status stays, and has the newest reason", () => {
    const later = withResult(api, { ...down, reason: "cache failed" }, START + 70_000);
    expect(later).toMatchObject({ since: START + 60_000, reason: "cache failed", previous: "up" });
  });
});

describe("the table", () => {
  test("has at 80 columns the time of the last change", () => {
    expect(table([api, worker, unseen("new", START)], 80)).toEqual([
      "NAME     STATUS   SINCE    LATENCY CHANGED  REASON",
      "api      down     20s      1.2 s   14:04:59 database failed",
      "worker   up       1m 20s   3.4 ms  -",
      "new      waiting  1m 20s   -       -",
    ]);
  });

  test("has at 200 columns its date too, and what the status was", () => {
    expect(table([api], 200)).toEqual([
      "NAME      STATUS    SINCE     LATENCY  LAST CHANGE                           REASON",
      "api       down      20s       1.2 s    2026-11-27 14:04:59 (was up)          database failed",
    ]);
  });

  test("leaves out the change and the latency where there is little room", () => {
    expect(table([api], 56)[0]).toBe("NAME     STATUS   SINCE    LATENCY CHANGED  REASON");
    expect(table([api], 55)[0]).toBe("NAME     STATUS   SINCE    LATENCY REASON");
    expect(table([api], 46)[0]).toBe("NAME     STATUS   SINCE    REASON");
    expect(table([api], 38)[0]).toBe("NAME     STATUS   REASON");
  });

  test.each([10, 20, 40, 60, 80, 119, 120, 200])("is never wider than %d columns", (columns) => {
    const long = { ...api, name: "名前".repeat(40), reason: "👩‍👩‍👧 raison ".repeat(40) };
    for (const line of tableOf([long, worker], { columns, rows: 24 }, START, plain)) {
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  test("has no more lines than the terminal, and shows first what is not up", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...worker, name: `worker-${index}` }));
    const lines = table([...many, api], 80, 10);
    expect(lines).toHaveLength(10);
    expect(lines[1]).toMatch(/^api /);
    expect(lines.at(-1)).toBe("and 23 more");
  });

  test("shows names whole as far as the reasons leave room", () => {
    const url = { ...api, name: "127.0.0.1:8001/health/deep" };
    expect(table([url], 80)[1]).toBe(
      "127.0.0.1:8001/health/deep down     20s      1.2 s   14:04:59 database failed",
    );
    const longer = { ...url, name: "orders.default.svc:8001/health/deep" };
    expect(table([longer], 80)[1]).toMatch(/^orders\.defaul…\/health\/deep down /);
  });

  test("paints the status alone", () => {
    const [, line] = tableOf([api], { columns: 80, rows: 24 }, START, (style, text) =>
      style === "bold" ? text : `<${style}>${text}</${style}>`,
    );
    expect(line).toContain("<red>down    </red>");
  });
});

describe("a cell", () => {
  test.each([
    ["abc", 5, "abc"],
    ["abcdef", 4, "abc…"],
    ["名前名前", 5, "名前…"],
    ["名前名前", 4, "名…"],
    ["👩‍👩‍👧abc", 3, "👩‍👩‍👧…"],
    ["abc", 0, ""],
  ])("of the reason %j in %d columns is %j", (text, width, expected) => {
    expect(shortenEnd(text, width)).toBe(expected);
    expect(widthOf(pad(shortenEnd(text, width), width))).toBe(width);
  });

  test.each([
    ["10.0.0.1:8001/health/deep", 25, "10.0.0.1:8001/health/deep"],
    ["10.0.0.1:8001/health/deep", 18, "10.0.0.1:…lth/deep"],
    ["名前名前名前", 7, "名…名前"],
    ["abc", 1, "…"],
    ["abc", 0, ""],
  ])("of the name %j in %d columns is %j", (text, width, expected) => {
    expect(shortenMiddle(text, width)).toBe(expected);
    expect(widthOf(pad(shortenMiddle(text, width), width))).toBe(width);
  });

  test.each([
    [0, "0s"],
    [59_999, "59s"],
    [60_000, "1m"],
    [200_000, "3m 20s"],
    [3_600_000, "1h"],
    [90_061_000, "1d 1h"],
    [-5, "0s"],
  ])("of %d milliseconds is %s", (milliseconds, text) => {
    expect(formatLength(milliseconds)).toBe(text);
  });

  test.each([
    [undefined, "-"],
    [3.42, "3.4 ms"],
    [120.4, "120 ms"],
    [1500, "1.5 s"],
  ])("of the latency %s is %s", (milliseconds, text) => {
    expect(formatLatency(milliseconds)).toBe(text);
  });
});
