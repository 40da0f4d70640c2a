import type { Style, Terminal } from "../terminal.ts";
import type { EndpointHistory, WatchedStatus } from "./endpoint-history.ts";
import { toWidth, widthOf } from "./text-width.ts";
import { formatDate, formatLatency, formatLength, formatTime } from "./units.ts";

/** The size of a terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly cell: (history: EndpointHistory, now: number) => string;
}

const GAP = "  ";

/** The width from which dates are shown whole. */
const WIDE = 120;

/** The least width that a name and a reason have. */
const MIN_NAME = 8;
const MIN_REASON = 12;

const STYLES: Readonly<Record<WatchedStatus, Style>> = {
  waiting: "dim",
  up: "green",
  degraded: "yellow",
  down: "red",
};

/**
 * Writes the table of all endpoints for a terminal of some size: one line each, none wider than the terminal, and no more
 * lines than it has rows. Of more endpoints, those that are not up come first.
 */
export function tableOf(
  histories: readonly EndpointHistory[],
  { columns, rows }: Size,
  now: number,
  paint: Terminal["paint"],
): readonly string[] {
  const layout = layoutFor(histories, columns);
  const heading = layout.map(({ title, width }) => toWidth(title, width)).join(GAP);
  const lineOf = (history: EndpointHistory) =>
    layout
      .map(({ title, width, cell }) => {
        const text = toWidth(cell(history, now), width);
        return title === "STATUS" ? paint(STYLES[history.status], text) : text;
      })
      .join(GAP);
  const room = Math.max(rows - 1, 1);
  if (histories.length <= room) {
    return [paint("bold", heading), ...histories.map(lineOf)];
  }
  const shown = [...histories].sort(bySeverity).slice(0, Math.max(room - 1, 0));
  const rest = histories.length - shown.length;
  return [paint("bold", heading), ...shown.map(lineOf), toWidth(`and ${rest} more`, columns)];
}

const SEVERITY: readonly WatchedStatus[] = ["down", "degraded", "waiting", "up"];

function bySeverity(one: EndpointHistory, other: EndpointHistory): number {
  return SEVERITY.indexOf(one.status) - SEVERITY.indexOf(other.status);
}

/** The columns that fit: in a narrow terminal the last change and the latency are left out first. */
function layoutFor(histories: readonly EndpointHistory[], columns: number): readonly Column[] {
  const longest = Math.max(4, ...histories.map(({ name }) => widthOf(name)));
  const fixed = fixedColumns(columns);
  for (let left = 0; left <= fixed.length; left++) {
    const kept = fixed.slice(0, fixed.length - left);
    const taken = kept.reduce((sum, { width }) => sum + width + GAP.length, 0) + GAP.length;
    const free = columns - taken;
    if (free < MIN_NAME + MIN_REASON && left < fixed.length) continue;
    const name = Math.max(Math.min(longest, Math.floor(free * 0.45)), Math.min(MIN_NAME, free));
    return [
      { title: "NAME", width: name, cell: (history) => history.name },
      ...kept,
      { title: "REASON", width: Math.max(free - name, 0), cell: ({ reason }) => reason },
    ];
  }
  return [];
}

/** The columns of one width, the most important first. */
function fixedColumns(columns: number): readonly Column[] {
  const isWide = columns >= WIDE;
  return [
    { title: "STATUS", width: 8, cell: ({ status }) => status },
    { title: "SINCE", width: 8, cell: ({ since }, now) => formatLength(now - since) },
    { title: "LATENCY", width: 7, cell: ({ latency }) => formatLatency(latency) },
    {
      title: isWide ? "LAST CHANGE" : "CHANGED",
      width: isWide ? 36 : 8,
      cell: ({ changed, previous }) => {
        if (changed === undefined) return "-";
        return isWide ? `${formatDate(changed)} (was ${previous})` : formatTime(changed);
      },
    },
  ];
}
