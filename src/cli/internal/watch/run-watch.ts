import { setTimeout as wait } from "node:timers/promises";
import { tokenHeader } from "../probe/plan.ts";
import { type TlsFlags, tlsSettings } from "../probe/tls-flags.ts";
import type { Terminal } from "../terminal.ts";
import { type EndpointHistory, unseen, withResult } from "./endpoint-history.ts";
import { LogView } from "./log.ts";
import { look } from "./look.ts";
import { ScreenView } from "./screen.ts";
import { targetsOf } from "./targets.ts";
import type { View } from "./view.ts";

/** The flags and arguments of `hale watch`. */
export interface WatchInput {
  readonly flags: TlsFlags & {
    readonly interval: number;
    readonly timeout: number;
    readonly "token-file": string | undefined;
    readonly for: number | undefined;
  };
  readonly arguments: readonly string[];
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Watches endpoints until a signal or the time ends it.
 *
 * @throws UsageError
 */
export async function runWatch(input: WatchInput, terminal: Terminal): Promise<number> {
  const { interval, timeout, for: length, "token-file": file } = input.flags;
  const targets = targetsOf(input.arguments);
  const headers = tokenHeader(file);
  const tls = await tlsSettings(input.flags);
  const histories = targets.map(({ name }) => unseen(name, Date.now()));
  const view = viewFor(terminal);
  const end = new AbortController();
  const stop = () => end.abort();
  for (const name of SIGNALS) process.on(name, stop);
  // The reader of the output has gone, as after `| head`.
  terminal.stdout.on?.("error", stop);
  const timer = length === undefined ? undefined : setTimeout(stop, length);

  view.open([...histories]);
  await Promise.all(
    targets.map(async ({ target }, index) => {
      while (!end.signal.aborted) {
        const started = performance.now();
        const result = await look(target, { timeout, headers, tls, signal: end.signal });
        if (end.signal.aborted) return;
        histories[index] = withResult(historyAt(histories, index), result, Date.now());
        view.update([...histories]);
        const pause = Math.max(0, started + interval - performance.now());
        await wait(pause, undefined, { signal: end.signal }).catch(() => {});
      }
    }),
  );
  clearTimeout(timer);
  view.close();
  for (const name of SIGNALS) process.off(name, stop);
  return histories.every(({ status }) => status === "up" || status === "degraded") ? 0 : 1;
}

function historyAt(histories: readonly EndpointHistory[], index: number): EndpointHistory {
  return histories[index] as EndpointHistory;
}

function viewFor(terminal: Terminal): View {
  const isScreen = terminal.stdout.isTTY === true && process.env.TERM !== "dumb";
  return isScreen ? new ScreenView(terminal) : new LogView(terminal);
}
