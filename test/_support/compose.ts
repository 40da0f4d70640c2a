import type { HealthResponse } from "../../src/contract/http.ts";
import { composeHealth, type HealthOptions } from "../../src/health.ts";
import { FakeClock } from "./fake-clock.ts";

/** What was logged: the level, and the line. */
export type Line = readonly [level: "info" | "warn" | "error", line: string];

interface Chance {
  /** A number from 0 to 1. */
  readonly random?: number;
}

/** A health in a fake time, which logs to a list, and a way to ask it. */
export function compose(options: HealthOptions = {}, { random = 0 }: Chance = {}) {
  const clock = new FakeClock();
  const lines: Line[] = [];
  const logger = {
    info: (line: string) => lines.push(["info", line]),
    warn: (line: string) => lines.push(["warn", line]),
    error: (line: string) => lines.push(["error", line]),
  };
  const health = composeHealth({ logger, ...options }, { clock, random: () => random });
  /** The answer to `GET`, which must be there without time passing. */
  const get = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await health.handle({ method: "GET", url, header: (name) => headers[name] });
    if (answer === undefined) throw new Error(`${url} is not hale's.`);
    return answer;
  };
  /** The status and the body of an answer. */
  const seen = async (url: string, headers?: Readonly<Record<string, string>>) =>
    shown(await get(url, headers));
  /** The status alone. */
  const status = async (url: string) => (await get(url)).status;
  return { clock, lines, health, get, seen, status };
}

/** The same, in the turn after `createHealth`, when a service without start-up tasks is serving. */
export async function serve(options: HealthOptions = {}, chance: Chance = {}) {
  const served = compose(options, chance);
  await served.clock.advance(0);
  served.lines.length = 0;
  return served;
}

function shown({ status, body }: HealthResponse): string {
  return `${status} ${body}`;
}
