import type { Outcome } from "../../../contract/check.ts";
import { unexpectedReply } from "../../../contract/check-failures.ts";

/** The query of every check of a layer over SQL. */
export const SELECT_ONE = "select 1 as one";

/** The table of one row that some databases want, by the dialect's name in the layers. */
const FROM: readonly (readonly [RegExp, string])[] = [
  [/^oracle/i, "dual"],
  [/^(?:sap|hana)/i, "dummy"],
  [/^db2|^ibmi/i, "sysibm.sysdummy1"],
];

/** {@link SELECT_ONE} in the words of a dialect. */
export function selectOneIn(dialect: unknown): string {
  const [, table] = FROM.find(([name]) => name.test(String(dialect))) ?? [];
  return table === undefined ? SELECT_ONE : `${SELECT_ONE} from ${table}`;
}

/** The layers that an answer may have: a list of results, a result with its rows, a row, a value. */
const DEPTH = 4;

/** The first value of an answer, however the layer and its driver hand it over. */
export function firstValueOf(answer: unknown): unknown {
  let value = answer;
  for (let layer = 0; layer < DEPTH && typeof value === "object" && value !== null; layer++) {
    const { rows = value } = value as { rows?: object };
    [value] = Object.values(rows);
  }
  return value;
}

/**
 * Sees that the answer to {@link SELECT_ONE} is 1.
 *
 * @throws `HALE_UNEXPECTED_REPLY`
 */
export function expectOne(answer: unknown): Outcome {
  const value = firstValueOf(answer);
  if (String(value) !== "1") throw unexpectedReply("1", value);
  return { status: "up" };
}
