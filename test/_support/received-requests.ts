import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The requests that the replicas of a service have received. */
export interface ReceivedRequests {
  /** The file in which replicas note the number of each, before they handle it. */
  readonly file: string;
  /** Whether one of them has received the request of this number. */
  readonly has: (number: number) => boolean;
  remove(): Promise<void>;
}

/** Makes a file in which replicas note the requests that they receive. */
export async function noteReceived(): Promise<ReceivedRequests> {
  const folder = await mkdtemp(join(tmpdir(), "hale-received-"));
  const file = join(folder, "received");
  return {
    file,
    has: (number) => isNoted(number, file),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Whether the number of a request stands in such a file; in one that has none, each does. */
export function isNoted(number: number, file: string): boolean {
  return !existsSync(file) || readFileSync(file, "utf8").split("\n").includes(String(number));
}
