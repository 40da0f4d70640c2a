import { reasonOf } from "../report/reason.ts";
import { redact } from "../report/redact.ts";
import { inSeconds } from "../telemetry/in-seconds.ts";
import type { Log } from "../telemetry/log.ts";
import { startDeadline, type TurningClock } from "./deadline.ts";

/** The argument of a hook. */
export interface HookContext {
  /** Aborts when the time of the hook is over. */
  readonly signal: AbortSignal;
}

/** A function of the service that runs when it ends; a promise is awaited. */
export type Hook = (context: HookContext) => unknown;

/** One hook, several in a list, or several by name. */
export type Hooks = Hook | readonly Hook[] | Readonly<Record<string, Hook>>;

/**
 * A hook with the name that the log calls it by.
 *
 * @internal
 */
export interface NamedHook {
  readonly name: string;
  readonly hook: Hook;
}

/**
 * Returns the hooks with their names, without credentials: their keys, or else those of the functions, or else numbers.
 *
 * @internal
 */
export function namedHooks(hooks: Hooks | undefined): readonly NamedHook[] {
  return entriesOf(hooks).map(({ name, hook }) => ({ name: redact(name), hook }));
}

function entriesOf(hooks: Hooks | undefined): readonly NamedHook[] {
  if (hooks === undefined) return [];
  if (typeof hooks !== "function" && !Array.isArray(hooks)) {
    return Object.entries(hooks as Record<string, Hook>).map(([name, hook]) => ({ name, hook }));
  }
  const list = typeof hooks === "function" ? [hooks] : (hooks as readonly Hook[]);
  return list.map((hook, index) => ({ name: nameOf(hook) ?? String(index + 1), hook }));
}

/** A function that stands where an option is written takes the name of that option, which says nothing. */
function nameOf({ name }: Hook): string | undefined {
  return ["", "onDrain", "onStop", "onClose"].includes(name) ? undefined : name;
}

/**
 * With what hooks are run.
 *
 * @internal
 */
export interface HookRun {
  /** The option that the hook is from; `server` for the close of a server. */
  readonly stage: string;
  /** Milliseconds that each may take. */
  readonly timeout: number;
  readonly clock: TurningClock;
  readonly log: Log;
  /** The hooks of `onClose` that ran before this one, which may have closed what it uses. */
  readonly before?: readonly NamedHook[];
}

/** Node rejects so when a server is closed that hale, or another hook, has closed already. */
const CLOSED_ALREADY = "ERR_SERVER_NOT_RUNNING";

/** The package `ws`, and graphql-ws with it, has no code for the same. */
const CLOSED_ALREADY_WS = "The server is not running";

/** Whether a hook failed so; a value that cannot be read is a failure like any other. */
function isClosedAlready(failure: unknown): boolean {
  try {
    const { code, message } = (failure ?? {}) as Partial<NodeJS.ErrnoException>;
    return code === CLOSED_ALREADY || message === CLOSED_ALREADY_WS;
  } catch {
    return false;
  }
}

function describeOrder(before: readonly NamedHook[]): string {
  if (before.length === 0) return "";
  const names = before.map(({ name }) => `"${name}"`).join(", ");
  return ` (hooks of onClose run in reverse order; before this one: ${names})`;
}

/**
 * Runs a hook, and logs how it ended; resolves to whether it succeeded in time.
 *
 * @internal
 */
export async function runHook({ name, hook }: NamedHook, run: HookRun): Promise<boolean> {
  const { clock, log, stage, timeout, before = [] } = run;
  const began = clock.now();
  const report = (level: "info" | "error", how: string) => {
    const took = clock.now() - began;
    log(level, `${stage} "${name}" ${how}`, { stage, hook: name, milliseconds: took });
  };
  const took = () => `${Math.round(clock.now() - began)} ms`;
  const abortion = new AbortController();
  const deadline = startDeadline(clock, timeout);
  const late = deadline.passed.then(() => "late" as const);
  // Of a hook that has finished, a timer that the stalled loop delays says nothing. The time until the hook first waits is
  // its own; after that, other code may have blocked: hooks of onDrain and onStop run together.
  let blocked = 0;
  try {
    const ended = (async () => hook({ signal: abortion.signal }))();
    blocked = clock.now() - began;
    if ((await Promise.race([ended, late])) === "late") {
      report("error", `did not finish within ${inSeconds(timeout)} (hookTimeout)`);
      abortion.abort();
      return false;
    }
  } catch (failure) {
    if (!isClosedAlready(failure)) {
      report("error", `failed after ${took()}: ${reasonOf(failure)}${describeOrder(before)}`);
      return false;
    }
  } finally {
    deadline.cancel();
  }
  if (blocked > timeout) {
    const limit = `longer than ${inSeconds(timeout)} (hookTimeout)`;
    report("error", `blocked the process for ${Math.round(blocked)} ms, ${limit}`);
    return false;
  }
  report("info", `${stage === "server" ? "closed" : "finished"} in ${took()}`);
  return true;
}
