import { describe, expect, test } from "vitest";
import type { History, HistoryEntry } from "../../src/contract/history.ts";
import { bandChart, latencyChart } from "../../src/formats/internal/page/charts.ts";
import { closedMinutes } from "../../src/formats/internal/page/closed-minutes.ts";
import { bandOf } from "../../src/formats/internal/page/day-band.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2030, 0, 2, 12);

function historyOf(parts: Partial<History>): History {
  return { now: NOON, keep: 24 * HOUR, checks: new Map(), ...parts };
}

describe("the chart of the states", () => {
  const entries = [
    { at: NOON - 6 * HOUR, status: "up" },
    { at: NOON - 2 * HOUR, status: "down" },
    { at: NOON - 2 * HOUR + 1, status: "up" },
    { at: NOON - HOUR, status: "degraded" },
  ] as const;
  const chart = bandChart("database", { entries, latency: [] }, historyOf({}));

  test("is a bar for each state, the higher the worse, one unit wide for five minutes", () => {
    expect(chart.join("").match(/<svg.*<\/svg>/)?.[0]).toBe(
      '<svg id="band-database" class="chart" viewBox="0 0 288 24" preserveAspectRatio="none" role="img" aria-label="States of database in the last 24 hours" tabindex="0">' +
        '<rect class="unknown" x="0" y="21" width="215" height="3"/>' +
        '<rect class="ok" x="215" y="16" width="48" height="8"/>' +
        '<rect class="failed" x="263" y="0" width="1" height="24"/>' +
        '<rect class="ok" x="264" y="16" width="11" height="8"/>' +
        '<rect class="degraded" x="275" y="8" width="13" height="16"/>' +
        "</svg>",
    );
  });

  test("has a caption, a place for what the reader points at, and the same as a table", () => {
    const time = (day: number, clock: string) =>
      `<td><time datetime="2030-01-0${day}T${clock}Z">2030-01-0${day} ${clock} UTC</time></td>`;
    const row = (from: string, to: string, word: string, changes: number) =>
      `<tr>${from}${to}<td>${word}</td><td>${changes}</td></tr>`;
    const label = "States of database in the last 24 hours";
    expect(chart.filter((line) => !line.startsWith("<svg"))).toEqual([
      "<figure>",
      `<figcaption>${label}</figcaption>`,
      '<p class="readout" aria-hidden="true"></p>',
      '<details id="table-band-database">',
      `<summary>As a table<span class="unseen">: ${label}</span></summary>`,
      '<table><thead><tr><th scope="col">from</th><th scope="col">to</th><th scope="col">state</th><th scope="col">changes</th></tr></thead>',
      "<tbody>",
      row(time(1, "12:05:00"), time(2, "06:00:00"), "unknown", 0),
      row(time(2, "06:00:00"), time(2, "10:00:00"), "ok", 1),
      row(time(2, "10:00:00"), time(2, "10:05:00"), "failed", 2),
      row(time(2, "10:05:00"), time(2, "11:00:00"), "ok", 0),
      row(time(2, "11:00:00"), time(2, "12:05:00"), "degraded", 1),
      "</tbody></table>",
      "</details>",
      "</figure>",
    ]);
  });

  test.each([
    [HOUR, "hour"],
    [2 * HOUR, "2 hours"],
    [1.6 * HOUR, "2 hours"],
  ])("of %d ms is named after the %s", (keep, words) => {
    const [, caption] = bandChart("database", { entries, latency: [] }, historyOf({ keep }));
    expect(caption).toBe(`<figcaption>States of database in the last ${words}</figcaption>`);
  });
});

describe("the chart of the latency", () => {
  test("has its longest mean in its name, and columns for what is in a row", () => {
    const latency = [
      { at: NOON - 2 * MINUTE, runs: 1, mean: 5, max: 6 },
      { at: NOON - MINUTE, runs: 3, mean: 9.8765, max: 12 },
    ];
    const label = "Mean latency of database, by minute in the last hour: up to 9.88 ms";
    expect(latencyChart("database", latency)).toEqual([
      "<figure>",
      `<figcaption>${label}</figcaption>`,
      `<svg id="latency-database" class="chart" viewBox="0 0 64 24" preserveAspectRatio="none" role="img" aria-label="${label}" tabindex="0"><path class="line" d="M61 12l1 -10"/></svg>`,
      '<p class="readout" aria-hidden="true"></p>',
      '<details id="table-latency-database">',
      `<summary>As a table<span class="unseen">: ${label}</span></summary>`,
      '<table><thead><tr><th scope="col">from (UTC)</th><th scope="col">mean</th><th scope="col">longest</th><th scope="col">runs</th></tr></thead>',
      "<tbody>",
      "<tr><td>11:55</td><td>8.66 ms</td><td>12 ms</td><td>4</td></tr>",
      "</tbody></table>",
      "</details>",
      "</figure>",
    ]);
  });

  test("is left out where no run has ended", () => {
    expect(latencyChart("database", [])).toEqual([]);
  });

  test("takes a minute in as soon as it is over", () => {
    const minute = { at: NOON - MINUTE, runs: 1, mean: 1, max: 1 };
    expect(closedMinutes([minute], NOON)).toEqual([minute]);
    expect(closedMinutes([minute], NOON - 1)).toEqual([]);
  });
});

describe("the band", () => {
  // Slots of 10 ms: the first is from 10 to 20, the last from 2880 to 2890.
  const band = (...entries: HistoryEntry[]) =>
    bandOf(entries, historyOf({ now: 2885, keep: 2880 }));

  test("of a check without an entry is unknown, from the first slot to the end of the current one", () => {
    expect(band()).toEqual([{ from: 10, to: 2890, status: "unknown", changes: 0 }]);
  });

  test("begins with the state from before it, which is no change within it", () => {
    expect(band({ at: 3, status: "down" }, { at: 7, status: "up" })).toEqual([
      { from: 10, to: 2890, status: "up", changes: 0 },
    ]);
  });

  test.each([
    ["up", "unknown"],
    ["unknown", "degraded"],
    ["degraded", "down"],
  ] as const)("shows a slot with both %s and %s as the latter", (better, worse) => {
    const after = { from: 110, to: 2890, changes: 0 };
    expect(band({ at: 0, status: better }, { at: 105, status: worse })).toEqual([
      { from: 10, to: 100, status: better, changes: 0 },
      { from: 100, to: 2890, status: worse, changes: 1 },
    ]);
    expect(band({ at: 0, status: worse }, { at: 105, status: better })).toEqual([
      { from: 10, to: 110, status: worse, changes: 1 },
      { ...after, status: better },
    ]);
  });

  test("counts a change at the border of two slots to the later", () => {
    expect(band({ at: 0, status: "up" }, { at: 100, status: "down" })).toEqual([
      { from: 10, to: 100, status: "up", changes: 0 },
      { from: 100, to: 2890, status: "down", changes: 1 },
    ]);
  });

  test("adds up the changes of slots that it joins", () => {
    const flaps = [101, 104, 112, 115, 128, 129].map((at, index) => {
      return { at, status: index % 2 === 0 ? ("down" as const) : ("up" as const) };
    });
    expect(band({ at: 0, status: "up" }, ...flaps)).toEqual([
      { from: 10, to: 100, status: "up", changes: 0 },
      { from: 100, to: 130, status: "down", changes: 6 },
      { from: 130, to: 2890, status: "up", changes: 0 },
    ]);
  });
});
