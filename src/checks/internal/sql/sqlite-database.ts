import type { Outcome } from "../../../contract/check.ts";
import { unexpectedReply } from "../../../contract/check-failures.ts";
import { outcomeOf, rateFigure, type Thresholds } from "../common/findings.ts";
import { look } from "./sqlite-file.ts";

/** The limits of the size of a database. */
export interface SizeLimits {
  readonly fileSize?: Thresholds | undefined;
  readonly walSize?: Thresholds | undefined;
}

/** The size takes a lock and reads the first page, which `select 1` alone would not. */
export const SQLITE_QUERY = `select 1 as one, page_count * page_size as bytes,
  (select file from pragma_database_list where name = 'main') as file
  from pragma_page_count, pragma_page_size`;

interface Row {
  readonly one: unknown;
  readonly bytes: unknown;
  readonly file: unknown;
}

const READ_ONLY = {
  status: "degraded",
  reason: "The database is read-only.",
} as const;

const GONE = {
  status: "down",
  reason:
    "The file of the database was deleted or replaced: what the service writes is lost when it ends.",
} as const;

/**
 * Reads answers to {@link SQLITE_QUERY} of one database, whose file must stay the one that it was first.
 *
 * @throws `HALE_UNEXPECTED_REPLY`
 */
export function databaseReader({
  fileSize,
  walSize,
}: SizeLimits): (row: unknown, isReadOnly: () => boolean) => Outcome {
  let identity: string | undefined;
  return (row, isReadOnly) => {
    const { one, bytes, file } = (row ?? {}) as Row;
    if (Number(one) !== 1) throw unexpectedReply("1", one);
    const size = Number(bytes);
    const observations = { fileSize: { value: size, unit: "bytes" } };
    const findings = [
      fileSize && rateFigure(size, fileSize, (limit) => tooLarge("database", size, limit)),
      isReadOnly() ? READ_ONLY : undefined,
    ];
    // A database in memory has no file.
    if (typeof file !== "string" || file === "") return outcomeOf(findings, observations);
    const seen = look(file);
    identity ??= seen?.identity;
    if (seen === undefined || seen.identity !== identity) {
      return outcomeOf([...findings, GONE], observations);
    }
    const wal = look(`${file}-wal`)?.bytes ?? 0;
    findings.push(walSize && rateFigure(wal, walSize, (limit) => tooLarge("log", wal, limit)));
    return outcomeOf(findings, { ...observations, walSize: { value: wal, unit: "bytes" } });
  };
}

function tooLarge(what: string, bytes: number, limit: number): string {
  return `The ${what} has ${bytes} bytes, and ${limit} are too many.`;
}
