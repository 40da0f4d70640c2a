import { pause } from "../common/after.ts";
import { messageOf } from "../common/refusals.ts";
import type { ConnectionUse } from "./connection-use.ts";

/** Whether a connection of the service can be asked. */
export interface Availability {
  /** Another connection, which is to be asked in its place. */
  readonly instead?: object | undefined;
  /** The command that kept it from being asked until the abort. */
  readonly busyWith?: string;
  /** The cause for which a transaction of it could not be seen. */
  readonly unseen?: string;
}

/** Milliseconds between two looks at whether a connection is free. */
const LOOK_EVERY = 10;

/**
 * Waits until a connection can be asked, or for the abort: nothing is written behind a command that blocks, nor into
 * a transaction of the service.
 *
 * @throws what `requireConnection` throws, which is called between two looks
 */
export async function whenFree(
  use: ConnectionUse | undefined,
  signal: AbortSignal,
  requireConnection = () => {},
): Promise<Availability> {
  if (use === undefined) return {};
  const looked = await use.look().then(
    (instead): Availability => ({ instead }),
    (failure: unknown): Availability => ({ unseen: messageOf(failure) }),
  );
  if (looked.unseen !== undefined) return looked;
  while (use.busyWith !== undefined) {
    if (signal.aborted) return { busyWith: use.busyWith };
    await pause(LOOK_EVERY, signal);
    requireConnection();
  }
  return looked;
}
