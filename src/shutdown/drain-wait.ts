import { type TurningClock, turnTwice } from "./deadline.ts";
import { decideDrain, PORT_CLOSED, shouldSendGoaway } from "./drain-decision.ts";
import type { DrainState } from "./drain-state.ts";

/** The inputs of a drain's decision, and its actions meanwhile. */
export interface DrainWait {
  readonly clock: TurningClock;
  readonly state: () => DrainState;
  /** The number of connections and requests that have come. */
  readonly arrivals: () => number;
  readonly sendGoaway: () => void;
  /** Calls back when the state may have changed otherwise than by time; returns what ends that. */
  readonly onChange: (listener: () => void) => () => void;
  /** Resolves, and `isHurried` is true, when nothing is to be waited for any more. */
  readonly hurried: Promise<void>;
  readonly isHurried: () => boolean;
  /** Ends this drain; resolves once the drains of other healths over the same servers have ended, to whether there were any. */
  readonly othersEnded: () => Promise<boolean>;
}

/** Milliseconds after which the state is looked at again: a server says nothing when other code stops its listening. */
const LOOK = 250;

/** Turns of the event loop that are waited for at most: a connection of the kernel's queue is read in each. */
const MAX_ROUNDS = 500;

const OTHERS = "the drains of other healths on the same server finished";

/** Resolves once a drain is over, to why. */
export async function waitForDrain(wait: DrainWait): Promise<string> {
  for (;;) {
    if (wait.isHurried()) return "an uncaught exception";
    const state = wait.state();
    if (shouldSendGoaway(state)) wait.sendGoaway();
    const decision = decideDrain(state);
    if (!decision.over) await changed(wait, Math.min(decision.again, LOOK));
    else {
      await arrived(wait);
      // Only now it is known what the kernel had received before.
      const again = decideDrain(wait.state());
      if (again.over) return await withOthers(again.why, wait);
    }
  }
}

/** Resolves once the servers can be closed, to why. */
async function withOthers(why: string, wait: DrainWait): Promise<string> {
  if (why === PORT_CLOSED) return why;
  const waited = await Promise.race([wait.othersEnded(), wait.hurried.then(() => false)]);
  if (!waited) return why;
  // The servers that are this drain's alone went on meanwhile.
  await arrived(wait);
  return `${why}; ${OTHERS}`;
}

async function changed({ clock, onChange, hurried }: DrainWait, within: number): Promise<void> {
  const undo: (() => void)[] = [];
  const woken = new Promise<void>((wake) => {
    undo.push(clock.after(within, wake), onChange(wake));
  });
  await Promise.race([woken, hurried]);
  for (const one of undo) one();
}

/** Resolves once the event loop has turned without anything new. */
async function arrived({ clock, arrivals }: DrainWait): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = arrivals();
    await turnTwice(clock);
    if (arrivals() === before) return;
  }
}
