import type { CheckHistory, History, LatencyMinute } from "../../../contract/history.ts";
import { bandOf, type Segment } from "./day-band.ts";
import { durationText, escapeHtml, isoOf, timeElement } from "./elements.ts";
import { wordFor } from "./words.ts";

/** Units of a picture; its height is about as many pixels, so that whole units are fine enough. */
const HEIGHT = 24;
const BAND_WIDTH = 288;

/** The hour in minutes, with a margin for the width of the line. */
const LATENCY_WIDTH = 64;
const MARGIN = 2;

/** Draws the states of a check over the kept time, with the same in a table behind the picture. */
export function bandChart(name: string, past: CheckHistory, history: History): string[] {
  const segments = bandOf(past.entries, history);
  const begin = segments[0]?.from ?? 0;
  const scale = BAND_WIDTH / ((segments.at(-1)?.to ?? 1) - begin);
  const rects = segments.map((segment) => {
    const x = round((segment.from - begin) * scale);
    const width = round((segment.to - segment.from) * scale);
    // Colour alone would not tell them apart: the worse, the higher.
    const { word, height } = look(segment);
    return `<rect class="${word}" x="${x}" y="${HEIGHT - height}" width="${width}" height="${height}"/>`;
  });
  return chart({
    id: `band-${name}`,
    width: BAND_WIDTH,
    name: `States of ${name} in the last ${hours(history.keep)}`,
    picture: rects.join(""),
    columns: ["from", "to", "state", "changes"],
    rows: segments.map((segment) => [
      timeElement(segment.from),
      timeElement(segment.to),
      look(segment).word,
      String(segment.changes),
    ]),
  });
}

/** Draws the mean latency of the last hour, minute by minute; its table has a row for each five of them. */
export function latencyChart(name: string, minutes: readonly LatencyMinute[]): string[] {
  if (minutes.length === 0) return [];
  const most = Math.max(...minutes.map(({ mean }) => mean));
  const end = minutes.at(-1)?.at ?? 0;
  const points = minutes.map(({ at, mean }) => ({
    x: LATENCY_WIDTH - MARGIN - (end - at) / 60_000,
    y: Math.round(HEIGHT - MARGIN - (most === 0 ? 0 : mean / most) * (HEIGHT - 2 * MARGIN)),
  }));
  return chart({
    id: `latency-${name}`,
    width: LATENCY_WIDTH,
    name: `Mean latency of ${name}, by minute in the last hour: up to ${durationText(most)}`,
    picture: `<path class="line" d="${pathOf(points)}"/>`,
    columns: ["from (UTC)", "mean", "longest", "runs"],
    rows: inFives(minutes).map(({ at, mean, max, runs }) => [
      isoOf(at).slice(11, 16),
      durationText(mean),
      durationText(max),
      String(runs),
    ]),
  });
}

const FIVE_MINUTES = 300_000;

/** Joins the minutes of each twelfth of an hour, so that a page of many checks stays small. */
function inFives(minutes: readonly LatencyMinute[]): LatencyMinute[] {
  const fives = new Map<number, LatencyMinute>();
  for (const { at, runs, mean, max } of minutes) {
    const from = at - (at % FIVE_MINUTES);
    const before = fives.get(from) ?? { at: from, runs: 0, mean: 0, max: 0 };
    const all = before.runs + runs;
    fives.set(from, {
      at: from,
      runs: all,
      mean: (before.mean * before.runs + mean * runs) / all,
      max: Math.max(before.max, max),
    });
  }
  return [...fives.values()];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Writes a line by the steps from point to point, which are shorter than the points, and compress far better. */
function pathOf([first, ...rest]: readonly Point[]): string {
  let { x, y } = first ?? { x: 0, y: 0 };
  const begin = `M${x} ${y}`;
  // A line of no length with round ends is a dot.
  if (rest.length === 0) return `${begin}h0`;
  const steps = rest.map((next) => {
    const step = `${next.x - x} ${next.y - y}`;
    ({ x, y } = next);
    return step;
  });
  return `${begin}l${steps.join(" ")}`;
}

interface Chart {
  readonly id: string;
  readonly width: number;
  readonly name: string;
  /** The shapes, as SVG. */
  readonly picture: string;
  readonly columns: readonly string[];
  /** Cells as HTML; arrow keys walk through the rows. */
  readonly rows: readonly (readonly string[])[];
}

function chart({ id, width, name, picture, columns, rows }: Chart): string[] {
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join("");
  const label = escapeHtml(name);
  return [
    `<figure>`,
    `<figcaption>${label}</figcaption>`,
    `<svg id="${id}" class="chart" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}" tabindex="0">${picture}</svg>`,
    `<p class="readout" aria-hidden="true"></p>`,
    `<details id="table-${id}">`,
    `<summary>As a table<span class="unseen">: ${label}</span></summary>`,
    `<table><thead><tr>${head}</tr></thead>`,
    "<tbody>",
    ...rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`),
    "</tbody></table>",
    "</details>",
    "</figure>",
  ];
}

/** Height and word of a state in the band. */
function look({ status }: Segment): { readonly word: string; readonly height: number } {
  const height = { up: HEIGHT / 3, unknown: HEIGHT / 8, degraded: (2 * HEIGHT) / 3, down: HEIGHT };
  return { word: wordFor(status, "details"), height: height[status] };
}

function hours(milliseconds: number): string {
  const count = Math.round(milliseconds / 3_600_000);
  return count === 1 ? "hour" : `${count} hours`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
