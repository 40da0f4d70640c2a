import { expect, test } from "vitest";
import * as checks from "../../../src/checks/index.ts";
import {
  CLIENTS,
  type Clients,
  type Kind,
} from "../../../src/checks/internal/clients/client-table.ts";
import { runCheck } from "../../_support/run-check.ts";

const makers = checks as unknown as Readonly<Record<string, (options: object) => never>>;

/** A client of which every function returns nothing, as one with callbacks does. */
function silentClient(marks: string): object {
  const client: Record<string, unknown> = {};
  for (const mark of marks.replace(" | ", " ").split(" ")) {
    if (mark.startsWith("!")) continue;
    const [, path = "", call] = /^([^(]+)(\(.*)?$/.exec(mark) ?? [];
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    let at = client;
    for (const step of steps) {
      at[step] ??= {};
      at = at[step] as Record<string, unknown>;
    }
    at[last] ??= call === undefined ? (STATES[last] ?? {}) : () => undefined;
  }
  return client;
}

/** What a client says that has a connection. */
const STATES: Readonly<Record<string, unknown>> = {
  isInitialized: true,
  connected: true,
  isOpen: true,
  status: "ready",
  readyState: 1,
  waitingCount: 0,
  totalCount: 0,
  idleCount: 0,
  servers: ["127.0.0.1:11211"],
};

/** Calls that take callbacks by their nature, or answer at once, so that no promise is due. */
const WITHOUT_PROMISES: readonly string[] = [
  "grpc-js",
  "memcached",
  "memjs",
  "mqtt",
  "mysql Connection",
  "mysql Pool",
  "node-zookeeper-client",
  "better-sqlite3",
  "DatabaseSync",
  "sqlite3",
  "kafkajs producer",
  "Runner",
];

const CASES = (Object.entries(CLIENTS) as [Kind, Clients][]).flatMap(([kind, { taken, needs }]) =>
  needs === undefined
    ? Object.entries(taken)
        .filter(([name]) => !WITHOUT_PROMISES.includes(name))
        .map(([name, marks]) => ({ kind, name, marks }))
    : [],
);

test.each(CASES)(
  "a call that promises nothing is down: $kind through $name",
  async ({ kind, marks }) => {
    const check = makers[kind]?.({ client: silentClient(marks), timeout: 5000 });
    const outcome = await runCheck(check as never, 5000);
    expect(outcome).toMatchObject({ status: "down", reason: expect.stringMatching(/\S/) });
    expect(outcome.writtenOff).toBe(false);
  },
);
