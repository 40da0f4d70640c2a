import type { Outcome } from "../../../contract/check.ts";
import { type LevelThresholds, percent, rounded, statusOfLevel } from "./process-check.ts";

/** The part of a reply of statfs(2) that is read. */
export interface FileSystemFigures {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  /** Free blocks that are not kept for root. */
  readonly bavail: number;
  /** All inodes; 0 where the file system makes them as they are needed. */
  readonly files: number;
  readonly ffree: number;
}

/** Decides by the fuller of space and inodes. */
export function outcomeOfDisk(
  path: string,
  { bsize, blocks, bfree, bavail, files, ffree }: FileSystemFigures,
  thresholds: LevelThresholds,
): Outcome {
  const used = blocks - bfree;
  // What is kept for root is full for all other users, as df counts it too.
  const space = shareOf(used, used + Math.max(bavail, 0));
  const inodes = shareOf(files - ffree, files);
  const { status, limit } = statusOfLevel(Math.max(space, inodes), thresholds);
  const full = inodes > space ? "of the inodes are taken" : "of the space is taken";
  return {
    status,
    reason:
      status === "up"
        ? undefined
        : `${percent(Math.max(space, inodes))} ${full} in the file system of ${path}; from ${percent(limit)} on it is ${status}.`,
    observations: {
      freeSpace: { value: Math.max(bavail, 0) * bsize, unit: "bytes" },
      space: { value: blocks * bsize, unit: "bytes" },
      spaceTaken: { value: rounded(space), unit: "%" },
      ...(files > 0 && {
        freeInodes: { value: ffree, unit: "inodes" },
        inodesTaken: { value: rounded(inodes), unit: "%" },
      }),
    },
  };
}

function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
