import { readFileSync } from "node:fs";

/**
 * Descriptors that this process may open, as `ulimit -n` says; `undefined` where there is no limit, or none
 * that can be read.
 */
export function descriptorLimit(): number | undefined {
  return fromProc() ?? fromReport();
}

/** The soft limit, which is the one that holds, of a text such as /proc/self/limits. */
export function softLimitIn(limits: string): number | undefined {
  const soft = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
  return soft > 0 ? soft : undefined;
}

function fromProc(): number | undefined {
  try {
    return softLimitIn(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    // There is none but on Linux, and a permission model may forbid it.
    return undefined;
  }
}

/** Reads the limit without /proc, from the diagnostic report, which takes some milliseconds. */
function fromReport(): number | undefined {
  try {
    const { userLimits } = process.report.getReport() as {
      userLimits?: { open_files?: { soft?: unknown } };
    };
    const soft = Number(userLimits?.open_files?.soft);
    return soft > 0 && Number.isFinite(soft) ? soft : undefined;
  } catch {
    return undefined;
  }
}
