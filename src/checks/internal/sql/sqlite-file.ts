import { builtinIfAny } from "../process/builtin.ts";

/** The figures of a file. */
export interface FileSeen {
  readonly bytes: number;
  /** Another one for another file of the same name. */
  readonly identity: string;
}

/** Looks at a file, without opening it; `undefined` where there is none. */
export function look(path: string): FileSeen | undefined {
  const files = builtinIfAny<typeof import("node:fs")>("node:fs");
  const seen = files?.statSync(path, { throwIfNoEntry: false, bigint: true });
  return seen && { bytes: Number(seen.size), identity: `${seen.dev}:${seen.ino}` };
}
