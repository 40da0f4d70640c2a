import type { Format } from "../../src/contract/format.ts";

/** Writes a body, and waits for a format that is loaded on first use. */
export async function bodyOf(
  format: Format,
  ...args: Parameters<Format["write"]>
): Promise<string> {
  const written = await format.write(...args);
  return typeof written === "string" ? written : written.body;
}
