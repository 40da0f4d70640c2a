import { PROBES } from "../../../contract/probe.ts";
import { HaleError, type Health, type Status } from "../../../index.ts";

/** Milliseconds between two looks at a program that does not answer yet. */
const PAUSE = 500;

/** Makes startup wait until each check of the program beside was up once. */
export function waitForPrograms(health: Health, names: readonly string[]): void {
  for (const name of names) {
    health.addStartupTask(`${name} is up`, async ({ signal }) => {
      while (!signal.aborted && !isUp(await statusOf(health, name))) await pause(signal);
    });
  }
}

function isUp(status: Status | undefined): boolean {
  return status === "up" || status === "degraded";
}

/** The status of a check, by whichever probe it takes part in. */
async function statusOf(health: Health, check: string): Promise<Status | undefined> {
  for (const probe of PROBES) {
    try {
      const { checks } = await health.report(probe, { check });
      return checks.find(({ name }) => name === check)?.status;
    } catch (failure) {
      if (!(failure instanceof HaleError)) throw failure;
    }
  }
  return undefined;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, PAUSE);
    signal.addEventListener("abort", end);
  });
}
