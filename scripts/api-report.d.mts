export function builtEntries(): Record<string, string>;
export function apiReports(
  files: Readonly<Record<string, string>>,
  folder?: string,
): Map<string, string>;
