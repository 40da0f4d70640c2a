import { UsageError } from "../usage-error.ts";

/**
 * Parses a percentage, such as `1%` or `0.5`, to a share from 0 to 1.
 *
 * @throws UsageError
 */
export function parseShare(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  const percent = Number(digits);
  if (!(percent >= 0 && percent <= 100)) throw new UsageError("must be a percentage, such as 1%");
  return percent / 100;
}
