import { readFileSync } from "node:fs";
import { quote } from "../quote.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Reads the file that a flag names.
 *
 * @throws UsageError when it cannot be read
 */
export function readFlagFile(flag: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new UsageError(`--${flag} names ${quote(file)}, which cannot be read (${code}).`);
  }
}
