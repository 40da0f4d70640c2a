import stringWidth from "string-width";

const segmenter = new Intl.Segmenter();

/** The columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Cuts a text to so many columns, with `…` at its end, and pads it to as many. */
export function toWidth(text: string, width: number): string {
  const taken = widthOf(text);
  if (taken <= width) return text + " ".repeat(width - taken);
  if (width <= 0) return "";
  let kept = "";
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) {
    const more = widthOf(segment);
    if (columns + more > width - 1) break;
    kept += segment;
    columns += more;
  }
  return `${kept}…${" ".repeat(width - 1 - columns)}`;
}
