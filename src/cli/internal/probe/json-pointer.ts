import { UsageError } from "../usage-error.ts";

/** A value of a JSON document, by its pointer (RFC 6901). */
export interface JsonExpectation {
  readonly pointer: string;
  readonly path: readonly string[];
  /** The value that must be there; without it any value will do. */
  readonly value?: unknown;
}

/**
 * Parses `/checks/database=ok` or `/checks/database`. A value that is no JSON is a text.
 *
 * @throws UsageError
 */
export function parseJsonExpectation(text: string): JsonExpectation {
  const [, pointer = "", value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? [];
  if ((pointer !== "" && !pointer.startsWith("/")) || /~(?![01])/.test(pointer)) {
    throw new UsageError('must be a JSON pointer with a value, such as "/status=ok"');
  }
  const path = pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return { pointer, path, ...(value === undefined ? {} : { value: parseValue(value) }) };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Finds the value at a path of keys and indexes; `undefined` when there is none. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    // Of an array only elements can be referred to (RFC 6901, section 4), and `length` is none.
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
