import type { OutcomeStatus } from "../contract/check.ts";
import { type Phase, PROBES, type Probe } from "../contract/probe.ts";

/** What a worker says of itself for one probe. */
export interface WorkerVerdict {
  readonly status: OutcomeStatus;
  /** Why it is not up, without credentials. */
  readonly reason?: string | undefined;
}

/** What a worker says of itself. */
export interface WorkerReport {
  readonly phase: Phase;
  readonly verdicts: { readonly [P in Probe]: WorkerVerdict };
  /** Whether it ends by itself when the primary says so. */
  readonly obeys?: boolean | undefined;
}

/**
 * What a primary tells a worker whose end it leads: that it does, that the drain begins, and that
 * nobody is sent to the cluster any more.
 */
export const ORDERS = ["follow", "drain", "close"] as const;

/** One of them. */
export type Order = (typeof ORDERS)[number];

/** The one property by which a message of hale's is told from those of the application. */
const MARK = "hale:cluster";

/** A report as it travels from a worker to the primary, between the application's own messages. */
export function toMessage(report: WorkerReport): object {
  return { [MARK]: report };
}

/** An order as it travels from the primary to a worker. */
export function toOrderMessage(order: Order): object {
  return { [MARK]: order };
}

/** The order in a message; `undefined` when it is none. */
export function orderIn(message: unknown): Order | undefined {
  const order = propertyOf(message, MARK);
  return ORDERS.find((one) => one === order);
}

/** The report in a message; `undefined` when it is the application's. */
export function reportIn(message: unknown): WorkerReport | undefined {
  const report = propertyOf(message, MARK);
  const verdicts = propertyOf(report, "verdicts");
  const whole = PROBES.every(
    (probe) => typeof propertyOf(propertyOf(verdicts, probe), "status") === "string",
  );
  return whole ? (report as WorkerReport) : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
