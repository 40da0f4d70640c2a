/** The parts of Node's file system, which Bun and Deno have too, that tell of a database's files. */
interface Process {
  getBuiltinModule?(name: "node:fs"): {
    statSync(
      path: string,
      options: { throwIfNoEntry: false; bigint: true },
    ): { readonly size: bigint; readonly dev: bigint; readonly ino: bigint } | undefined;
  };
}

/** What is known of a file. */
export interface FileSeen {
  readonly bytes: number;
  /** Another one for another file of the same name. */
  readonly identity: string;
}

/** Looks at a file, without opening it; `undefined` where there is none. */
export function look(path: string): FileSeen | undefined {
  const { process } = globalThis as { process?: Process };
  const seen = process
    ?.getBuiltinModule?.("node:fs")
    .statSync(path, { throwIfNoEntry: false, bigint: true });
  return seen && { bytes: Number(seen.size), identity: `${seen.dev}:${seen.ino}` };
}
