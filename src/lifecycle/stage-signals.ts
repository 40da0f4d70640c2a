import { SHUTDOWN_STAGES, type ShutdownStage } from "../contract/health.ts";

/** The signals of the stages of a shutdown: one for each, for any number of listeners. */
export class StageSignals {
  readonly #controllers = new Map(SHUTDOWN_STAGES.map((stage) => [stage, new AbortController()]));

  readonly #onBegin: (stage: ShutdownStage) => void;

  /** `onBegin` is called once for each stage, when it begins. */
  constructor(onBegin: (stage: ShutdownStage) => void) {
    this.#onBegin = onBegin;
    for (const { signal } of this.#controllers.values()) allowListeners(signal);
  }

  of(stage: ShutdownStage): AbortSignal {
    return this.#controller(stage).signal;
  }

  /** Aborts the signal of a stage, and those of the stages before it. */
  begin(stage: ShutdownStage): void {
    for (const each of SHUTDOWN_STAGES) {
      if (!this.of(each).aborted) this.#onBegin(each);
      this.#controller(each).abort();
      if (each === stage) return;
    }
  }

  #controller(stage: ShutdownStage): AbortController {
    return this.#controllers.get(stage) as AbortController;
  }
}

/** Disables Node's leak warning at more than ten listeners: every open stream may add one. */
function allowListeners(signal: AbortSignal): void {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  const events = process?.getBuiltinModule?.("events") as
    | { setMaxListeners?: (count: number, target: EventTarget) => void }
    | undefined;
  events?.setMaxListeners?.(0, signal);
}
