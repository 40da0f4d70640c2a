import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createChance } from "../../test/scenarios/_chance.ts";
import { Callers, type Sent } from "./callers.ts";
import { drawPlan, type Plan } from "./plan.ts";

/** How one round went. */
export interface Round {
  readonly plan: Plan;
  readonly answered: number;
  /** Requests that the kernel of the service had before its port was closed, and that were not answered whole. */
  readonly lost: readonly Sent[];
  /** Requests that came while it was closed, so that nobody knows which was first, and that failed. */
  readonly atTheMoment: readonly Sent[];
  /** Whatever else was wrong: the exit code, a hook. */
  readonly wrong: readonly string[];
  /** When the port was closed. */
  readonly closedAt: number;
  readonly log: readonly string[];
}

interface Message {
  readonly listensToSignals?: true;
  readonly port?: number;
  readonly closedAt?: number;
  readonly hook?: string;
}

const SERVICE = fileURLToPath(new URL("service.mjs", import.meta.url));
const HOOKS = ["consumer", "database", "streams", "telemetry"];
/** Milliseconds in which another SIGTERM is the same request, for sure. */
const SAME = 950;
/** Milliseconds between two probes. */
const INTER = 120;
/** Milliseconds that a round may take from its first SIGTERM. */
const LONGEST = 25_000;

/** Kills a service once. */
export async function playRound(seed: number): Promise<Round> {
  const chance = createChance(seed);
  const plan = drawPlan(seed, chance);
  const child = fork(SERVICE, [JSON.stringify(plan)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const log: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text) => log.push(text));
  const hooks: string[] = [];
  let closedAt = Number.POSITIVE_INFINITY;
  let callers: Callers | undefined;
  const said = new Map<string, () => void>();
  const saying = (what: string) => new Promise<void>((resolve) => said.set(what, resolve));
  const [listensToSignals, listens] = [saying("signals"), saying("port")];
  child.on("message", (message: Message | string) => {
    if (typeof message === "string") return void log.push(message);
    if (message.hook !== undefined) hooks.push(message.hook);
    closedAt = Math.min(closedAt, message.closedAt ?? closedAt);
    if (message.listensToSignals) said.get("signals")?.();
    if (message.port !== undefined) {
      callers = new Callers(message.port, plan.requestsPerSecond, chance);
      if (plan.caller !== "silence") {
        callers.probe(INTER, (count) => {
          if (count >= 3 && plan.caller === "prober") callers?.stopSending();
        });
      }
      said.get("port")?.();
    }
  });
  const ended = once(child, "close");
  await Promise.race([plan.moment === "start" ? listensToSignals : listens, ended]);
  const limit = setTimeout(() => child.kill("SIGKILL"), LONGEST);
  await kill(child, plan, () => callers?.stopSending());
  await ended;
  clearTimeout(limit);
  await callers?.stop();

  const failed = (callers?.all ?? []).filter(({ failure }) => failure !== undefined);
  const lost = failed.filter(({ sentAt = closedAt }) => sentAt < closedAt);
  const atTheMoment = failed.filter(
    (one) => !lost.includes(one) && one.begunAt <= closedAt && one.failure !== "ECONNREFUSED",
  );
  const { exitCode, signalCode } = child;
  const wrong = [
    ...(exitCode === 0 ? [] : [`it ended with ${exitCode ?? signalCode}`]),
    ...(hooks.toSorted().join() === HOOKS.join()
      ? []
      : [`the hooks were ${hooks.join() || "none"}`]),
  ];
  const answered = (callers?.all.length ?? 0) - failed.length;
  return { plan, answered, lost, atTheMoment, wrong, closedAt, log };
}

/** Sends the signals of a plan, and causes its fault. */
async function kill(child: ChildProcess, plan: Plan, stopSending: () => void): Promise<void> {
  const { killsAfter, repeatsAfter, faultAfter } = plan;
  let killedAt = 0;
  const killFirst = () => {
    killedAt = performance.now();
    child.kill("SIGTERM");
  };
  // On a machine that is too slow for it, a second one would come too late to be the same request.
  const killAgain = () => performance.now() - killedAt < SAME && child.kill("SIGTERM");
  const steps: [at: number, act: () => unknown][] = [
    [killsAfter, killFirst],
    [killsAfter + faultAfter, () => disturb(child, plan)],
    ...(repeatsAfter === undefined
      ? []
      : [[killsAfter + repeatsAfter, killAgain] as [number, () => unknown]]),
    ...(plan.caller === "silence"
      ? [[killsAfter + plan.sendsFor, stopSending] as [number, () => unknown]]
      : []),
  ];
  const over = new AbortController();
  child.once("close", () => over.abort());
  const begun = performance.now();
  for (const [at, act] of steps.sort(([one], [other]) => one - other)) {
    const left = begun + Math.max(0, at) - performance.now();
    await pause(Math.max(0, left), undefined, { signal: over.signal }).catch(() => {});
    if (over.signal.aborted) return;
    act();
  }
}

function disturb(child: ChildProcess, { fault, faultLasts }: Plan): void {
  if (fault === "block") child.kill("SIGUSR2");
  if (fault !== "stop") return;
  child.kill("SIGSTOP");
  setTimeout(() => child.kill("SIGCONT"), faultLasts);
}
