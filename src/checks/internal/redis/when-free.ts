import { pause } from "../common/after.ts";
import type { ConnectionUse } from "./connection-use.ts";
import { Queued } from "./redis-node.ts";

/** The reply over a connection of the service, or the command that kept it busy until the abort. */
export type ReplyOrBusy<Reply> =
  | { readonly reply: Reply; readonly busyWith?: undefined }
  | { readonly busyWith: string; readonly reply?: undefined };

/** Milliseconds between two looks at whether a connection is free. */
const LOOK_EVERY = 10;

/**
 * Waits until a connection is free, or for the abort, and then calls `ask` in the same turn as the last look: nothing is
 * written behind a command that blocks, nor into a transaction of the service that was seen to begin. `ask` gets the client of another
 * connection where that is to be used instead.
 *
 * Rejects with what `requireConnection` throws, which is called between two looks, and with the reason of the signal.
 */
export async function whenFree<Reply>(
  use: ConnectionUse | undefined,
  signal: AbortSignal,
  ask: (instead?: object) => Promise<Reply>,
  requireConnection = () => {},
): Promise<ReplyOrBusy<Reply>> {
  const other = await use?.look(signal);
  if (other !== undefined) {
    try {
      return { reply: await ask(other.client) };
    } finally {
      other.close();
    }
  }
  while (use?.busyWith !== undefined) {
    if (signal.aborted) return { busyWith: use.busyWith };
    await pause(LOOK_EVERY, signal);
    requireConnection();
  }
  signal.throwIfAborted();
  try {
    return { reply: await ask() };
  } catch (failure) {
    if (failure instanceof Queued) return { busyWith: "MULTI" };
    throw failure;
  }
}
