import type { Style, Terminal } from "../terminal.ts";
import { pad, shortenEnd, shortenMiddle, widthOf } from "../watch/text-width.ts";

/** A column of a table. */
export interface TextColumn {
  readonly title: string;
  /** Whether its cells are cut in the middle where the table is wider than the terminal. */
  readonly shrinks?: boolean;
  /** Whether its cells stand to the right, as numbers do. */
  readonly isNumber?: boolean;
}

/** A cell: its text, and how it is shown. */
export interface TextCell {
  readonly text: string;
  readonly style?: Style | undefined;
}

const GAP = "  ";

/** The least width of a column that shrinks. */
const MIN_WIDTH = 10;

/**
 * Writes a table as lines, each column as wide as its widest cell. Where that is wider than `width`, columns that shrink
 * are cut, and then the lines.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly TextCell[])[],
  width: number,
  paint: Terminal["paint"],
): readonly string[] {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[index]?.text ?? "")), widthOf(title)),
  );
  const total = () => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));
  for (const [index, { shrinks }] of columns.entries()) {
    const own = widths[index] ?? 0;
    if (shrinks)
      widths[index] = Math.max(Math.min(own, MIN_WIDTH), own - Math.max(0, total() - width));
  }
  const lineOf = (cells: readonly TextCell[]) => {
    let left = width;
    const shown = columns.map(({ isNumber }, index) => {
      const { text, style } = cells[index] ?? { text: "" };
      const own = widths[index] ?? 0;
      const cut = shortenMiddle(text, own);
      const full = isNumber ? " ".repeat(own - widthOf(cut)) + cut : pad(cut, own);
      const last = index === columns.length - 1;
      const fitting = shortenEnd(last && !isNumber ? cut : full, Math.max(0, left));
      left -= own + GAP.length;
      return style === undefined ? fitting : paint(style, fitting);
    });
    return shown
      .filter((text, index) => index === 0 || text !== "")
      .join(GAP)
      .trimEnd();
  };
  const head = columns.map(({ title }) => ({ text: title, style: "bold" }) as const);
  return [head, ...rows].map(lineOf);
}
