import { readFileSync } from "node:fs";
import { quote } from "../quote.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Reads the access token of a file. A flag with the token itself would show it to each user of the machine.
 *
 * @throws UsageError
 */
export function readAccessToken(file: string): string {
  const token = read(file).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    `--token-file must hold one access token of printable ASCII, but ${quote(file)} does not.`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `--token-file must be a readable file, but is ${quote(file)}: ${(error as Error).message}.`,
    );
  }
}
