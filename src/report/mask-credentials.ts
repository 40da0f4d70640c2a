import { MAX_READ, redactLine } from "./redact.ts";

/** Returns a text as it is; in one line, with `***` for each credential, where it has any or is too long to be searched. */
export function maskCredentials(text: string): string {
  const line = redactLine(text);
  return line.includes("***") || text.length > MAX_READ ? line : text;
}
