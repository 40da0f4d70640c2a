import type { OutcomeStatus } from "../contract/check.ts";
import { type Phase, PROBES, type Probe } from "../contract/probe.ts";

/** The verdict of a worker for one probe. */
export interface WorkerVerdict {
  readonly status: OutcomeStatus;
  /** The reason for which it is not up, without credentials. */
  readonly reason?: string | undefined;
}

/** The report of a worker. */
export interface WorkerReport {
  readonly phase: Phase;
  readonly verdicts: { readonly [P in Probe]: WorkerVerdict };
  /** Whether it shuts down by itself when the primary orders it. */
  readonly obeys?: boolean | undefined;
  /** Whether the primary has acknowledged an earlier report of this health. */
  readonly acknowledged?: boolean | undefined;
}

/**
 * The orders of a primary that leads the shutdown of its workers: that it leads, that the drain begins, and
 * that no more requests are sent to the cluster.
 */
export const ORDERS = ["follow", "drain", "close"] as const;

/** One of them. */
export type Order = (typeof ORDERS)[number];

/** The event by which Node hands over messages of this kind, which the application's listeners never see. */
export const INTERNAL_MESSAGE = "internalMessage";

/** Node keeps every message whose `cmd` begins with `NODE_` from the application. */
const COMMAND = "NODE_HALE/1";

/** Wraps a report for its way from a worker to the primary. */
export function toMessage(report: WorkerReport): object {
  return { cmd: COMMAND, report };
}

/** Wraps an order for its way from the primary to a worker. */
export function toOrderMessage(order: Order): object {
  return { cmd: COMMAND, order };
}

/**
 * Makes a primary's acknowledgement of a report.
 *
 * @internal
 */
export function toAckMessage(): object {
  return { cmd: COMMAND, ack: true };
}

/**
 * Whether a message is a primary's acknowledgement of a report.
 *
 * @internal
 */
export function isAck(message: unknown): boolean {
  return contentOf(message, "ack") === true;
}

/** Returns the order in a message; `undefined` when it is none. */
export function orderIn(message: unknown): Order | undefined {
  const order = contentOf(message, "order");
  return ORDERS.find((one) => one === order);
}

/** Returns the report in a message; `undefined` when it is none. */
export function reportIn(message: unknown): WorkerReport | undefined {
  const report = contentOf(message, "report");
  const verdicts = propertyOf(report, "verdicts");
  const isWhole = PROBES.every(
    (probe) => typeof propertyOf(propertyOf(verdicts, probe), "status") === "string",
  );
  return isWhole ? (report as WorkerReport) : undefined;
}

function contentOf(message: unknown, name: string): unknown {
  return propertyOf(message, "cmd") === COMMAND ? propertyOf(message, name) : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
