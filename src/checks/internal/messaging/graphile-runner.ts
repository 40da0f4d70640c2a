import type { Finding } from "../common/findings.ts";

/** The part of what `run()` of `graphile-worker` makes that is looked at here. */
export interface GraphileRunner {
  readonly promise: PromiseLike<unknown>;
  readonly events: Emitter;
  stop(...of: never): unknown;
  addJob(...of: never): unknown;
}

interface Emitter {
  // biome-ignore lint/suspicious/noExplicitAny: each event has a payload of its own
  on(event: any, listener: (payload: any) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each event has a payload of its own
  off(event: any, listener: (payload: any) => void): unknown;
}

/** The knowledge of a check about a Runner, by its events alone. */
export interface WatchedRunner {
  /** The finding that it takes no jobs; `undefined` while it does. */
  finding(): Finding | undefined;
  close(): void;
}

interface Failed {
  readonly error?: { readonly message?: unknown };
}

/** Watches a Runner from now on: it runs until it is heard to have ended, or has lost the connection it hears by. */
export function watchRunner({ promise, events }: GraphileRunner): WatchedRunner {
  let ended: string | undefined;
  let deaf: string | undefined;
  promise.then(
    () => {
      ended = "has stopped";
    },
    (failure: unknown) => {
      ended = `has failed: ${messageOf(failure)}`;
    },
  );
  const listeners: Readonly<Record<string, (payload: Failed) => void>> = {
    "pool:listen:error"({ error }) {
      deaf = `does not hear of jobs: ${messageOf(error)}`;
    },
    "pool:listen:success"() {
      deaf = undefined;
    },
    stop() {
      ended ??= "was stopped";
    },
  };
  for (const [event, listener] of Object.entries(listeners)) events.on(event, listener);
  return {
    finding() {
      const why = ended ?? deaf;
      return why === undefined ? undefined : { status: "down", reason: `The runner ${why}.` };
    },
    close() {
      for (const [event, listener] of Object.entries(listeners)) events.off(event, listener);
    },
  };
}

function messageOf(failure: unknown): string {
  const message = (failure as { message?: unknown } | undefined)?.message ?? failure;
  return String(message || "no reason was given").replace(/\.$/, "");
}
