/** Formats milliseconds as seconds for a log line: to 0.01 s below one second, to 0.1 s above. */
export function inSeconds(milliseconds: number): string {
  const step = milliseconds < 1000 ? 10 : 100;
  return `${(Math.round(milliseconds / step) * step) / 1000} s`;
}
