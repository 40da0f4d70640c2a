import type { EndpointHistory } from "./endpoint-history.ts";
import { shortenEnd, shortenMiddle, widthOf } from "./text-width.ts";
import { formatDate, formatLatency, formatLength, formatTime } from "./units.ts";

/** A column of the table. */
export interface Column {
  readonly title: string;
  readonly width: number;
  /** Writes the cell of an endpoint, no wider than the column. */
  readonly cell: (history: EndpointHistory, now: number) => string;
}

/** The columns of a table, and what stands between them. */
export interface TableLayout {
  readonly gap: string;
  readonly columns: readonly Column[];
}

/** The width from which dates are shown whole, and that from which columns have two spaces between them. */
const WIDE = 120;
const ROOMY = 100;

/** The least width of a name, that of a reason, and that of a reason beside long names. */
const MIN_NAME = 8;
const MIN_REASON = 12;
const SHARED_REASON = 18;

/**
 * Lays out the columns for a width: names are shown whole as far as the reasons leave room, and in a narrow terminal the
 * last change, the latency and the time are left out, in this order.
 */
export function layoutFor(histories: readonly EndpointHistory[], width: number): TableLayout {
  const longest = Math.max(4, ...histories.map(({ name }) => widthOf(name)));
  const gap = width >= ROOMY ? "  " : " ";
  let kept = fixedColumns(width >= WIDE);
  let free = roomBeside(kept, width, gap);
  while (free < MIN_NAME + MIN_REASON && kept.length > 0) {
    kept = kept.slice(0, -1);
    free = roomBeside(kept, width, gap);
  }
  const name = Math.max(Math.min(longest, free - SHARED_REASON), Math.min(MIN_NAME, free), 0);
  const reason = Math.max(free - name, 0);
  return {
    gap,
    columns: [
      { title: "NAME", width: name, cell: (history) => shortenMiddle(history.name, name) },
      ...kept,
      { title: "REASON", width: reason, cell: (history) => shortenEnd(history.reason, reason) },
    ],
  };
}

/** The columns that are left for the name and the reason. */
function roomBeside(kept: readonly Column[], width: number, gap: string): number {
  const taken = kept.reduce((sum, column) => sum + column.width + gap.length, gap.length);
  return width - taken;
}

/** The columns of one width each, the most important first. */
function fixedColumns(isWide: boolean): readonly Column[] {
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
