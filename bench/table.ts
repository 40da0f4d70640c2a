/** A table in Markdown; all columns but the first are aligned to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = heads.map((_, column) => (column === 0 ? "---" : "---:"));
  return [heads, rule, ...rows].map(line).join("\n");
}

/** A number with a fixed count of digits after the point. */
export function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}

/** A whole number, its thousands set apart. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${fixed(share * 100, 0)} %`;
}
