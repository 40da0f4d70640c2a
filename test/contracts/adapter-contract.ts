import { afterEach, describe, test } from "vitest";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { ask, askRaw } from "../_support/ask.ts";
import { auditedOptions } from "./audited-options.ts";
import { AUDITS, type Audit, type Audited } from "./audits.ts";

/** A server that listens on a free port of 127.0.0.1. */
export interface Mounted {
  /** Where it listens, as in `http://127.0.0.1:40000`. */
  readonly base: string;
  close(): Promise<unknown>;
}

/**
 * Mounts a health in front of an application that answers every request with
 * `the application: <path>` and tells `saw` its path.
 */
export type Mount = (health: Health, saw: (path: string) => void) => Promise<Mounted>;

/** What a framework does in place of what an audit asks for: it is proved instead. */
export interface Difference {
  /** What it does, as in "answers 400 itself". */
  readonly instead: string;
  readonly check: Audit["check"];
}

/** The rules that a framework cannot keep, whole, and what it does. Each page of an adapter names its own. */
export type Differences = Readonly<Record<string, Difference>>;

/** The audits, with those replaced that a framework cannot pass. */
function auditsWith(differences: Differences): Audit[] {
  const unknown = Object.keys(differences).filter((own) =>
    AUDITS.every(({ rule }) => rule !== own),
  );
  if (unknown.length > 0) throw new Error(`There is no audit "${unknown.join('", "')}".`);
  return AUDITS.map((audit) => {
    const difference = differences[audit.rule];
    if (difference === undefined) return audit;
    const { instead, check } = difference;
    return { rule: `${audit.rule}: not here, where the framework ${instead}`, check };
  });
}

/** A server with its own health, made of {@link auditedOptions}, which may be in another process. */
export interface Controlled extends Mounted {
  set(...state: Parameters<Audited["set"]>): Promise<void> | void;
  drain(): Promise<void> | void;
  /** What the application has seen since it was started. */
  seen(): Promise<readonly string[]> | readonly string[];
  /** How it is asked, when that is not over HTTP/1 without TLS. */
  readonly ask?: Audited["ask"];
  readonly askRaw?: Audited["askRaw"];
}

/** Checks one way in against every audit, each on a real server of its own. */
export function adapterContract(name: string, mount: Mount, differences: Differences = {}): void {
  controlledContract(
    name,
    async () => {
      const { options, set } = auditedOptions();
      const health = createHealth(options);
      const seen: string[] = [];
      const { base, close } = await mount(health, (path) => seen.push(path));
      return {
        base,
        set,
        seen: () => seen,
        drain: () => health.drain(),
        close: () => Promise.all([health.close(), close()]),
      };
    },
    differences,
  );
}

/** The same for a way in whose health is not made by the test. */
export function controlledContract(
  name: string,
  start: () => Promise<Controlled>,
  differences: Differences = {},
): void {
  describe(name, () => {
    const open: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const close of open.splice(0)) await close();
    });

    test.for(auditsWith(differences))("$rule", async ({ check }) => {
      const server = await start();
      open.push(() => server.close());
      const { base } = server;
      const asking = server.ask ?? ((...asked) => ask(base, ...asked));
      const askingRaw = server.askRaw ?? ((text) => askRaw(base, text));
      const seen: string[] = [];
      let told: Promise<void> | void;
      /** What is asked comes after what was told before, and what was seen of it is known then. */
      const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
        await told;
        const reply = await act();
        seen.splice(0, seen.length, ...(await server.seen()));
        return reply;
      };
      await check({
        ask: (...asked) => inTurn(() => asking(...asked)),
        askRaw: (text) => inTurn(() => askingRaw(text)),
        set(state) {
          told = server.set(state);
        },
        seen,
        drain() {
          told = server.drain();
        },
      });
    });
  });
}
