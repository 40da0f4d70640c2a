/** The parts of a mark: `!`, the path of a property, and the parameters of a function. */
const MARK = /^(!?)([^(]+)(?:\((\d*)\))?$/;

/** The marks that a value lacks. Each is read by `get` alone, since a proxy may have no other trap. */
export function lackingMarks(value: unknown, marks: string): readonly string[] {
  return marks.split(" ").filter((mark) => mark !== "" && !hasMark(value, mark));
}

/** Whether a value has all of some marks. */
export function hasMarks(value: unknown, marks: string): boolean {
  return lackingMarks(value, marks).length === 0;
}

function hasMark(value: unknown, mark: string): boolean {
  const [, not, path = "", parameters] = MARK.exec(mark) ?? [];
  const found = valueAt(value, path);
  if (not === "!") return found === undefined;
  if (parameters === undefined) return found !== undefined && typeof found !== "function";
  return typeof found === "function" && (parameters === "" || found.length === Number(parameters));
}

/** Returns the value at a path; `undefined` for a getter that throws. */
function valueAt(value: unknown, path: string): unknown {
  try {
    return path
      .split(".")
      .reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  } catch {
    return undefined;
  }
}
