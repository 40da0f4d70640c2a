import type { Status } from "../../../contract/check.ts";
import type { Exposure } from "../../../contract/format.ts";

/** Returns the word for a state; `unknown` is told from `failed` with details alone. */
export function wordFor(status: Status, exposure: Exposure): string {
  if (status === "unknown" && exposure === "details") return "unknown";
  return { up: "ok", degraded: "degraded", down: "failed", unknown: "failed" }[status];
}

/** Shapes that differ without colour: a tick, a triangle, a cross, a ring. */
const SHAPES: Readonly<Record<string, string>> = {
  ok: '<circle cx="8" cy="8" r="7"/><path class="ink" d="M4.5 8.5l2.5 2.5 4.5-5.5"/>',
  degraded: '<path d="M8 1.5l7 13H1z"/><path class="ink" d="M8 6v4m0 1.5v1.5"/>',
  failed: '<path d="M1 1h14v14H1z"/><path class="ink" d="M5 5l6 6m0-6l-6 6"/>',
  unknown: '<circle class="ring" cx="8" cy="8" r="6"/>',
};

/** Draws the shape of a word; it repeats the word beside it, so screen readers pass over it. */
export function shapeOf(word: string): string {
  return `<svg class="shape ${word}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[word]}</svg>`;
}
