import { sharedState } from "../contract/shared-state.ts";

/** The steps of a shutdown that others over the same servers wait for, in their order. */
const STEPS = ["drained", "stopped", "closed", "ended"] as const;

/**
 * The steps: its own drain has ended, the ports of its servers are closed, no request of theirs is in flight any more, and
 * its hooks of `onStop` have ended.
 */
type Step = (typeof STEPS)[number];

/** A shutdown that has begun, for those of other healths over the same servers. */
interface Sharer {
  /** The servers that it was given, and closes; its health may be on others. */
  readonly given: ReadonlySet<object>;
  readonly requestTimeout: number;
  /** The steps that it has not taken, each with what resolves when it does. */
  readonly pending: Map<Step, Promise<void>>;
}

/** The shutdowns that run over each server, of several healths. */
const running = sharedState("shutdowns of servers", () => new WeakMap<object, Set<Sharer>>());

/** Servers that a shutdown has closed. */
const closed = sharedState("servers closed by shutdowns", () => new WeakSet<object>());

/** With what the servers of a shutdown are shared. */
export interface SharedServersOptions {
  readonly given: readonly { readonly listening: boolean }[];
  /** The servers that the health is on, given or not. */
  readonly mounted: () => readonly object[];
  readonly requestTimeout: number;
}

/**
 * The servers of one shutdown: those that it was given, and those that its health is on, which another one may have been
 * given. Each stays open until the last drain over it has ended.
 */
export class SharedServers {
  readonly #given: SharedServersOptions["given"];
  readonly #mounted: () => readonly object[];
  readonly #self: Sharer;
  readonly #resolve = new Map<Step, () => void>();
  #all: ReadonlySet<object> = new Set();

  constructor({ given, mounted, requestTimeout }: SharedServersOptions) {
    this.#given = given;
    this.#mounted = mounted;
    this.#self = { given: new Set(given), requestTimeout, pending: new Map() };
  }

  /** Whether a shutdown has closed one that this one was given. */
  get closed(): boolean {
    return this.#given.some((server) => closed.has(server));
  }

  /** The longest time for requests in flight of those that were given one of the servers. */
  get requestTimeout(): number {
    const { requestTimeout, given } = this.#self;
    const others = this.#sharers().filter((other) =>
      [...other.given].some((one) => given.has(one)),
    );
    return Math.max(requestTimeout, ...others.map((other) => other.requestTimeout));
  }

  /** Whether another shutdown closes a server that the health is on. */
  get isGuest(): boolean {
    return this.#hosts().length > 0;
  }

  /** Whether the hooks of `onStop` of such a shutdown run. */
  get hostRunsHooks(): boolean {
    return this.#hosts().some(({ pending }) => !pending.has("stopped") && pending.has("ended"));
  }

  /** Notes that the drain begins. */
  begin(): void {
    for (const step of STEPS) {
      const taken = new Promise<void>((resolve) => this.#resolve.set(step, resolve));
      this.#self.pending.set(step, taken);
    }
    this.#all = new Set([...this.#self.given, ...this.#mounted()]);
    for (const server of this.#all) {
      running.set(server, (running.get(server) ?? new Set()).add(this.#self));
    }
    for (const server of this.#given) closed.delete(server);
  }

  /** Notes that a step has been taken; a second call changes nothing. */
  reach(step: Step): void {
    this.#self.pending.delete(step);
    this.#resolve.get(step)?.();
  }

  /** Notes that the shutdown has ended, whatever steps it has taken. */
  end(): void {
    for (const step of STEPS) this.reach(step);
    for (const server of this.#all) running.get(server)?.delete(this.#self);
  }

  /** Resolves once no other drain over one of them goes on, to whether there was one. */
  othersDrained(): Promise<boolean> {
    return after("drained", () => this.#sharers());
  }

  /** Resolves once those that close the servers that the health is on have taken a step. */
  async hostsReached(step: Step): Promise<void> {
    await after(step, () => this.#hosts());
  }

  /** Notes that a shutdown closes those that are open. */
  close(): void {
    for (const server of this.#given) if (server.listening) closed.add(server);
  }

  /** The others over a server that one of the two was given. */
  #sharers(): readonly Sharer[] {
    return this.#others((server, other) => this.#self.given.has(server) || other.given.has(server));
  }

  /** Those that were given a server which this one was not. */
  #hosts(): readonly Sharer[] {
    return this.#others(
      (server, other) => !this.#self.given.has(server) && other.given.has(server),
    );
  }

  #others(isShared: (server: object, other: Sharer) => boolean): readonly Sharer[] {
    return [...this.#all].flatMap((server) =>
      [...(running.get(server) ?? [])].filter(
        (other) => other !== this.#self && isShared(server, other),
      ),
    );
  }
}

/** Resolves once all shutdowns have taken a step, also those that come meanwhile; to whether there was one to wait for. */
async function after(step: Step, sharers: () => readonly Sharer[]): Promise<boolean> {
  const pending = () => sharers().flatMap((one) => one.pending.get(step) ?? []);
  let waited = false;
  for (let steps = pending(); steps.length > 0; steps = pending()) {
    waited = true;
    await Promise.all(steps);
  }
  return waited;
}
