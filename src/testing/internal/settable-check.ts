import type { Outcome } from "../../contract/check.ts";
import type { FakeOutcome } from "../fake-checks.ts";

/** A check whose outcome is set by hand. While it is set to `hanging`, its runs wait for the next setting. */
export class SettableCheck {
  #outcome: FakeOutcome;
  #isOutdated = true;
  #release: (() => void)[] = [];

  constructor(outcome: FakeOutcome) {
    this.#outcome = outcome;
  }

  /** Whether no run has begun since the last setting. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  get hangs(): boolean {
    return this.#outcome.status === "hanging";
  }

  set(outcome: FakeOutcome): void {
    this.#outcome = outcome;
    this.#isOutdated = true;
    if (outcome.status !== "hanging") for (const release of this.#release.splice(0)) release();
  }

  readonly run = async (): Promise<Outcome> => {
    this.#isOutdated = false;
    while (this.hangs) {
      await new Promise<void>((resolve) => this.#release.push(resolve));
    }
    this.#isOutdated = false;
    return this.#outcome as Outcome;
  };
}
