import { quote } from "../quote.ts";
import { MAX_FILE, readBounded } from "../read-bounded.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Reads the file that a flag names.
 *
 * @throws UsageError when it cannot be read
 */
export function readFlagFile(flag: string, file: string): Buffer {
  try {
    return readBounded(file, MAX_FILE);
  } catch (error) {
    const { code } = error as { code?: string };
    // The word may be the token itself.
    if (flag === "token-file") {
      throw new UsageError(
        `--token-file names a file that cannot be read (${code}). Give the path of a file, and not the token itself.`,
      );
    }
    throw new UsageError(`--${flag} names ${quote(file)}, which cannot be read (${code}).`);
  }
}
