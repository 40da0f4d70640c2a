import { type Process, processes, running } from "./_processes.ts";
import { until } from "./_until.ts";

/** The process `root`, those of its group, and all their descendants. */
export function treeOf(root: number): Process[] {
  const all = processes();
  const pids = new Set([root]);
  for (let size = 0; size !== pids.size; ) {
    size = pids.size;
    for (const { pid, parent, group } of all) {
      if (pids.has(parent) || pids.has(group)) pids.add(pid);
    }
  }
  return all.filter(({ pid }) => pids.has(pid));
}

/** Stops every process of the tree; resolves once the system reports each as stopped. */
export async function pauseTree(root: number): Promise<void> {
  await signalUntil(root, "SIGSTOP", ({ stopped }) => stopped);
}

/** Lets every process of the tree run again. */
export async function resumeTree(root: number): Promise<void> {
  await signalUntil(root, "SIGCONT", ({ stopped }) => !stopped);
}

/** Kills every process of the tree; resolves once none is left. */
export async function killTree(root: number): Promise<void> {
  // A stopped tree neither forks nor loses members, so that the list is complete.
  await pauseTree(root);
  await killAll(treeOf(root));
}

/** Kills those of `listed` that are left; resolves once none is. */
export async function killAll(listed: readonly Process[]): Promise<void> {
  for (const { pid } of running(listed)) signal(pid, "SIGKILL");
  await until("killed processes to end", () => running(listed).length === 0);
}

async function signalUntil(
  root: number,
  name: NodeJS.Signals,
  hasObeyed: (process: Process) => boolean,
): Promise<void> {
  await until(`${name} to reach the tree of process ${root}`, () => {
    // Listed anew each time, as a process may fork before its signal arrives.
    const rest = treeOf(root).filter((process) => !hasObeyed(process));
    for (const { pid } of rest) signal(pid, name);
    return rest.length === 0;
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended since it was listed.
  }
}
