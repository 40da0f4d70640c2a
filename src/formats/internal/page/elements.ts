import { oneLine } from "../visible-checks.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text for HTML, in one line. */
export function escapeHtml(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

/** Writes a moment, in milliseconds since 1970-01-01 UTC; the script rewrites it in the reader's time zone. */
export function timeElement(at: number): string {
  return `<time datetime="${isoOf(at)}">${timeText(at)}</time>`;
}

/** Writes a moment as plain text, in UTC. */
export function timeText(at: number): string {
  return `${isoOf(at).slice(0, 19).replace("T", " ")} UTC`;
}

/** Writes a moment in ISO 8601, to the second (RFC 3339). */
export function isoOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Writes milliseconds with three digits at most. */
export function durationText(milliseconds: number): string {
  return `${Number(milliseconds.toPrecision(3))} ms`;
}
