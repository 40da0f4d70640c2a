/** Writes a length of time in two units at most, as in `3m 20s` and `2d 4h`. */
export function formatLength(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return "0s";
  return parts
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

/** Writes a latency, as in `3.4 ms`, `120 ms` and `1.5 s`; a dash without any. */
export function formatLatency(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return "-";
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Writes the time of day, as in `14:03:59`, in the time zone of the terminal. */
export function formatTime(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
}

/** Writes a date and the time of day, as in `2026-11-27 14:03:59`. */
export function formatDate(time: number): string {
  const date = new Date(time);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join("-");
  return `${day} ${formatTime(time)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
