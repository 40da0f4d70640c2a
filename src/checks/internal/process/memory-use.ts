import { builtin, thisProcess } from "./builtin.ts";
import { type ReadText, tightestGroup } from "./cgroup.ts";
import type { Fill } from "./fill-level.ts";

/** The sources of {@link memoryFill}. */
export interface MemorySources {
  readonly read: ReadText;
  /** Bytes that this process keeps in memory. */
  readonly rss: number;
  /** Bytes of the machine. */
  readonly machine: number;
  /** Bytes that the system says it grants, or 0. */
  readonly constrained: number;
}

/** Reads the memory of this process and what it may have. */
export function memoryReader(owner: string): () => Fill {
  const { readFileSync } = builtin(owner, "node:fs");
  const machine = builtin(owner, "node:os").totalmem();
  const process = thisProcess(owner);
  // The files of the kernel are in memory: to read them takes no thread, and cannot hang.
  const read: ReadText = (path) => {
    try {
      return readFileSync(path, "utf8").trimEnd();
    } catch {
      return undefined;
    }
  };
  return () =>
    memoryFill({
      read,
      rss: process.memoryUsage.rss(),
      machine,
      constrained: process.constrainedMemory?.() ?? 0,
    });
}

/** Decides what is full of what: the group of this process, or the process itself. */
export function memoryFill({ read, rss, machine, constrained }: MemorySources): Fill {
  const group = tightestGroup(read, machine);
  const granted = constrained > 0 && constrained < machine ? constrained : machine;
  return {
    ...(group ?? { used: rss, limit: granted }),
    observations: {
      rss: { value: rss, unit: "bytes" },
      of: { value: group ? "control group" : granted < machine ? "limit" : "machine" },
    },
  };
}
