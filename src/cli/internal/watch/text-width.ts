import stringWidth from "string-width";

const segmenter = new Intl.Segmenter();

/** The columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Fills a text with spaces to so many columns. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - widthOf(text), 0));
}

/** Cuts a text that is wider than so many columns at its end. */
export function shortenEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width <= 0 ? "" : `${start(text, width - 1)}…`;
}

/** Cuts a text that is wider than so many columns in its middle, since URLs differ at both of their ends. */
export function shortenMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return "";
  const graphemes = [...segmenter.segment(text)].map(({ segment }) => segment);
  const first = start(text, Math.ceil((width - 1) / 2));
  const last = start(graphemes.reverse().join(""), width - 1 - widthOf(first));
  const end = [...segmenter.segment(last)].map(({ segment }) => segment).reverse();
  return `${first}…${end.join("")}`;
}

/** The start of a text that fits in so many columns. */
function start(text: string, width: number): string {
  let kept = "";
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) {
    columns += widthOf(segment);
    if (columns > width) break;
    kept += segment;
  }
  return kept;
}
