import type { HealthInternals } from "../health-internals.ts";
import type { ClosableApp, SortedServers } from "./closable-servers.ts";
import { type NamedHook, namedHooks, runHook } from "./hooks.ts";
import type { ShutdownSettings } from "./shutdown-options.ts";

/** A hook of a stage, with the words that the log has for both. */
interface StagedHook extends NamedHook {
  readonly stage: string;
}

/** The hooks and apps of one shutdown, in the order in which they are run and closed, and which failed or did not finish. */
export class OrderedHooks {
  readonly #parts: HealthInternals;
  readonly #timeout: number;
  readonly #onDrain: readonly StagedHook[];
  readonly #onStop: readonly StagedHook[];
  readonly #onClose: readonly StagedHook[];
  readonly #apps: readonly (StagedHook & ClosableApp)[];
  /** The apps whose servers listened when the shutdown began. */
  readonly #listening = new Set<StagedHook>();
  readonly #healthServers: readonly StagedHook[];
  readonly #unfinished: Set<StagedHook>;
  readonly #failed: string[] = [];

  constructor(
    parts: HealthInternals,
    settings: Pick<ShutdownSettings, "onDrain" | "onStop" | "onClose" | "hookTimeout">,
    {
      socketServers,
      apps,
      healthServers,
    }: Pick<SortedServers, "socketServers" | "apps" | "healthServers">,
  ) {
    const of = <H extends NamedHook>(stage: string, hooks: readonly H[]) =>
      hooks.map((hook) => ({ ...hook, stage }));
    this.#parts = parts;
    this.#timeout = settings.hookTimeout;
    this.#onDrain = of("onDrain", namedHooks(settings.onDrain));
    this.#onStop = [...of("server", socketServers), ...of("onStop", namedHooks(settings.onStop))];
    this.#onClose = of("onClose", namedHooks(settings.onClose).toReversed());
    this.#apps = of("server", apps);
    this.#healthServers = of(
      "server",
      healthServers.map((server) => ({ name: server.url, hook: () => server.close() })),
    );
    this.#unfinished = new Set([
      ...this.#onDrain,
      ...this.#onStop,
      ...this.#apps,
      ...this.#onClose,
    ]);
  }

  /** The names of those that failed, or did not finish in time. */
  get failed(): readonly string[] {
    return this.#failed;
  }

  /** Those that have not finished, in words. */
  get unfinished(): readonly string[] {
    return [...this.#unfinished].map(({ stage, name }) => `${stage} "${name}"`);
  }

  /** Something that is no hook has failed. */
  fail(name: string): void {
    this.#failed.push(name);
  }

  /** Stops taking work: all hooks together. */
  async drain(): Promise<void> {
    for (const app of this.#apps) if (app.server?.listening) this.#listening.add(app);
    await Promise.all(this.#onDrain.map((hook) => this.#run(hook)));
  }

  /** Ends streams and sockets: all hooks together. */
  async stop(): Promise<void> {
    this.#parts.beginStage("stop");
    await Promise.all(this.#onStop.map((hook) => this.#run(hook)));
  }

  /** Closes the rest, one after another: the hooks, the health, and last the ports of the probes. */
  async close(closeHealth: () => Promise<void>): Promise<void> {
    this.#parts.beginStage("close");
    // Apps use what the hooks close, so they go first. One whose start goes on goes last: Fastify and Nest refuse
    // to be built once they are closed, and that error would end the process before the hooks.
    const { started } = this.#parts.lifecycle;
    const running = this.#apps.filter((app) => started || this.#listening.has(app));
    const others = this.#apps.filter((app) => !running.includes(app));
    for (const app of running) await this.#run(app);
    for (const [index, hook] of this.#onClose.entries()) {
      await this.#run(hook, this.#onClose.slice(0, index));
    }
    for (const app of others) await this.#run(app);
    await this.#closeHealth(closeHealth);
    for (const hook of this.#healthServers) await this.#run(hook);
  }

  async #run(hook: StagedHook, before: readonly StagedHook[] = []): Promise<void> {
    const { clock, log } = this.#parts;
    const { stage } = hook;
    const finished = await runHook(hook, { stage, timeout: this.#timeout, clock, log, before });
    this.#unfinished.delete(hook);
    if (!finished) this.fail(hook.name);
  }

  /** One that cannot be closed must not keep the process; one that can is not worth a line. */
  async #closeHealth(hook: () => Promise<void>): Promise<void> {
    const { clock, deadline, log } = this.#parts;
    const closed = await runHook(
      { name: "health", hook },
      {
        stage: "close",
        timeout: deadline + this.#timeout,
        clock,
        log: (level, ...line) => level === "error" && log(level, ...line),
      },
    );
    if (!closed) this.fail("health");
  }
}
