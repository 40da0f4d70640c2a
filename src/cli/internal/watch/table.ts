import type { Style, Terminal } from "../terminal.ts";
import type { EndpointHistory, WatchedStatus } from "./endpoint-history.ts";
import { layoutFor } from "./table-layout.ts";
import { pad, shortenEnd } from "./text-width.ts";

/** The size of a terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

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
  const { gap, columns: layout } = layoutFor(histories, columns);
  const heading = layout.map(({ title, width }) => pad(shortenEnd(title, width), width)).join(gap);
  const lineOf = (history: EndpointHistory) =>
    layout
      .map(({ title, width, cell }) => {
        const text = pad(cell(history, now), width);
        return title === "STATUS" ? paint(STYLES[history.status], text) : text;
      })
      .join(gap);
  const room = Math.max(rows - 1, 1);
  if (histories.length <= room) {
    return [paint("bold", heading), ...histories.map(lineOf)];
  }
  const shown = [...histories].sort(bySeverity).slice(0, Math.max(room - 1, 0));
  const rest = histories.length - shown.length;
  return [
    paint("bold", heading),
    ...shown.map(lineOf),
    pad(shortenEnd(`and ${rest} more`, columns), columns),
  ];
}

const SEVERITY: readonly WatchedStatus[] = ["down", "degraded", "waiting", "up"];

function bySeverity(one: EndpointHistory, other: EndpointHistory): number {
  return SEVERITY.indexOf(one.status) - SEVERITY.indexOf(other.status);
}
