import { builtin, thisProcess } from "./builtin.ts";

/** The old generation of V8's heap, in bytes. */
export interface HeapFigures {
  readonly used: number;
  readonly limit: number;
}

/** The spaces of young objects: the collector makes room there, or moves them on. */
const YOUNG = /^new_/;

const MEBIBYTE = 2 ** 20;

/**
 * Reads the old generation, which is what ends a process with "heap out of memory" when it is full.
 * V8's `heap_size_limit` is larger than it by the room for young objects: with a heap of 64 MB, a
 * process ends at about half of that figure.
 */
export function heapReader(owner: string): () => HeapFigures {
  const v8 = builtin(owner, "node:v8");
  const { resourceLimits } = builtin(owner, "node:worker_threads");
  const { env, execArgv } = thisProcess(owner);
  const said =
    resourceLimits.maxOldGenerationSizeMb ?? oldSpaceSize(env.NODE_OPTIONS ?? "", execArgv);
  return () => {
    const { heap_size_limit: all } = v8.getHeapStatistics();
    const used = v8
      .getHeapSpaceStatistics()
      .filter(({ space_name }) => !YOUNG.test(space_name))
      .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
    return { used, limit: Math.min(all, (said ?? Number.POSITIVE_INFINITY) * MEBIBYTE) };
  };
}

/** Returns the MiB of `--max-old-space-size`, the last where there are several. */
export function oldSpaceSize(nodeOptions: string, execArgv: readonly string[]): number | undefined {
  const all = [nodeOptions, ...execArgv].join(" ");
  const found = [...all.matchAll(/(?:^|\s)--max[-_]old[-_]space[-_]size[= ](\d+)/g)].at(-1);
  const size = Number(found?.[1]);
  return size > 0 ? size : undefined;
}
