import type { Outcome } from "../../../contract/check.ts";
import { kindOf, type Rule } from "../../../contract/options.ts";
import { outcomeOf, rateFigure, type Thresholds } from "../common/findings.ts";
import { permissionDenied } from "../common/refusals.ts";

/** One consumer of a broker, as it is now. */
export interface ConsumerState {
  /** Its name in a reason, as the beginning of a sentence: `The subscription to orders`. */
  readonly name: string;
  /** The cause by which it gets no more messages, as the end of that sentence; `undefined` while it runs. */
  readonly stopped?: string | undefined;
  /** The words in which the server has refused to say how it is. */
  readonly refused?: string | undefined;
  /** Messages that wait for it. */
  readonly lag?: number | undefined;
}

/** The observations of one run of a broker. */
export interface BrokerState {
  /** Milliseconds that the query took; `undefined` where none was sent. */
  readonly roundTrip: number | undefined;
  readonly consumers: readonly ConsumerState[];
  /** The sources of the consumers' messages; stopped when there are none. */
  readonly queues?: readonly ConsumerState[];
}

/**
 * The outcome of a broker that has answered: down when a consumer has stopped, and by `lag` what the
 * longest queue of one says. Without consumers there are no figures of them.
 */
export function outcomeOfBroker(
  { roundTrip, consumers, queues = [] }: BrokerState,
  lag: Thresholds = {},
): Outcome {
  const all = [...consumers, ...queues];
  const findings = all.flatMap(({ name, stopped, refused, lag: behind = 0 }) => [
    refused === undefined ? undefined : permissionDenied(refused),
    stopped === undefined ? undefined : { status: "down" as const, reason: `${name} ${stopped}.` },
    rateFigure(
      behind,
      lag,
      (limit) => `${name} is ${behind} messages behind; the limit is ${limit}.`,
    ),
  ]);
  const running = consumers.filter(({ stopped }) => stopped === undefined).length;
  const lags = all.flatMap(({ lag: behind }) => (behind === undefined ? [] : [behind]));
  return outcomeOf(findings, {
    ...(roundTrip !== undefined && { roundTrip: { value: Math.round(roundTrip), unit: "ms" } }),
    ...(consumers.length > 0 && { consumers: { value: running, unit: "consumers" } }),
    ...(lags.length > 0 && { lag: { value: Math.max(...lags), unit: "messages" } }),
  });
}

/** Measures a call, in milliseconds. */
export async function timed(call: () => PromiseLike<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

/** The rule of an option that is a list of what `accepts` says. */
export function listOf(what: string, accepts: (value: unknown) => boolean): Rule {
  return {
    expected: `a list of ${what}`,
    secret: true,
    accepts: (value) => Array.isArray(value) && value.every(accepts),
    hint: (value) => (Array.isArray(value) ? describeWrong(value, accepts) : undefined),
  };
}

/** Names the first entry of a list that is not accepted, by its kind alone. */
function describeWrong(list: readonly unknown[], accepts: (value: unknown) => boolean): string {
  const index = list.findIndex((entry) => !accepts(entry));
  return `Its entry ${index} is ${kindOf(list[index])}.`;
}
