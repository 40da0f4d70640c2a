/**
 * Collects headers by their names in lower case, and joins the values of one name. The record inherits nothing, so that a
 * name such as `constructor` is there only when a server has sent it.
 */
export function headerRecord(
  headers: Iterable<readonly [name: string, value: string]>,
): Readonly<Record<string, string>> {
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = record[key];
    record[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return record;
}
