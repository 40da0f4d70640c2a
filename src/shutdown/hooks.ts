import type { Clock } from "../engine/clock.ts";
import { reasonOf } from "../report/reason.ts";
import { inSeconds } from "../telemetry/in-seconds.ts";
import type { Log } from "../telemetry/log.ts";

/** What a service does when it ends; a promise is waited for. */
export type Hook = () => unknown;

/** One hook, several in a list, or several by name. */
export type Hooks = Hook | readonly Hook[] | Readonly<Record<string, Hook>>;

/** A hook with the name that the log calls it by. */
export interface NamedHook {
  readonly name: string;
  readonly hook: Hook;
}

/** The hooks with their names: their keys, or else those of the functions, or else numbers. */
export function namedHooks(hooks: Hooks | undefined): readonly NamedHook[] {
  if (hooks === undefined) return [];
  if (typeof hooks !== "function" && !Array.isArray(hooks)) {
    return Object.entries(hooks as Record<string, Hook>).map(([name, hook]) => ({ name, hook }));
  }
  const list = typeof hooks === "function" ? [hooks] : (hooks as readonly Hook[]);
  return list.map((hook, index) => ({ name: nameOf(hook) ?? String(index + 1), hook }));
}

/** A function that stands where an option is written takes the name of that option, which says nothing. */
function nameOf({ name }: Hook): string | undefined {
  return ["", "onDrain", "onClose"].includes(name) ? undefined : name;
}

/** With what hooks are run. */
export interface HookRun {
  readonly stage: string;
  /** Milliseconds that each may take. */
  readonly timeout: number;
  readonly clock: Pick<Clock, "now" | "after">;
  readonly log: Log;
}

/** Runs a hook, and logs how it ended; resolves to whether it did so well and in time. */
export async function runHook({ name, hook }: NamedHook, run: HookRun): Promise<boolean> {
  const { clock, log, stage, timeout } = run;
  const began = clock.now();
  const tell = (level: "info" | "error", how: string) => {
    const took = clock.now() - began;
    log(level, `${stage} "${name}" ${how}`, { stage, hook: name, milliseconds: took });
  };
  let cancel = () => {};
  const late = new Promise<"late">((resolve) => {
    cancel = clock.after(timeout, () => resolve("late"));
  });
  try {
    if ((await Promise.race([(async () => hook())(), late])) === "late") {
      tell("error", `has not ended within ${inSeconds(timeout)}`);
      return false;
    }
    tell("info", `has ended after ${Math.round(clock.now() - began)} ms`);
    return true;
  } catch (failure) {
    tell("error", `has failed after ${Math.round(clock.now() - began)} ms: ${reasonOf(failure)}`);
    return false;
  } finally {
    cancel();
  }
}
