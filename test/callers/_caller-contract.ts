import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { essenceOf, requestsOf, verdictsOf } from "./_page.ts";
import { type Replica, type ReplicaOptions, startReplica } from "./_replica.ts";

/** Who asks for health, configured as its page says. */
export interface Caller<Running> {
  /** The name of the page. */
  readonly page: string;
  readonly replica?: ReplicaOptions;
  /** Starts it, with the replica in the place of the service of its page. */
  start(replica: Replica): Promise<Running>;
  /** How to learn what it believes: one way for each column of the table. */
  readonly sees: readonly ((running: Running, replica: Replica) => Promise<string>)[];
}

/** Milliseconds within which a verdict must have come; a limit, not an expectation. */
const LIMIT = 30_000;

/** A daemon that asks by itself: it comes to see each state as the table of its page says. */
export function daemonContract(caller: Caller<RunningServer>): void {
  contract(caller, async (see, verdict) => {
    let seen = "";
    const sees = async () => {
      seen = await see();
      return seen === verdict;
    };
    await until(`"${verdict}"`, sees, LIMIT).catch((cause) => {
      throw new Error(`It sees "${seen}", and its page says "${verdict}".`, { cause });
    });
  });
}

/** A program that asks when it is run: it says at once what the table of its page says. */
export function commandContract(caller: Omit<Caller<undefined>, "start">): void {
  contract({ ...caller, start: async () => undefined }, async (see, verdict) => {
    expect(await see()).toBe(verdict);
  });
}

function contract<Running extends RunningServer | undefined>(
  { page, replica: options, start, sees }: Caller<Running>,
  expectToSee: (see: () => Promise<string>, verdict: string) => Promise<void>,
): void {
  describe(`configured as ${page}.md says`, () => {
    let replica: Replica;
    let running: Running;

    beforeAll(async () => {
      replica = await startReplica(options);
      running = await start(replica);
    });

    afterAll(async () => {
      await running?.stop();
      await replica.close();
    });

    test.each(verdictsOf(page))("$state is $verdicts", async ({ state, verdicts }) => {
      expect(verdicts).toHaveLength(sees.length);
      await replica.becomes(state);
      for (const [column, verdict] of verdicts.entries())
        await expectToSee(() => sees[column]?.(running, replica) ?? fail(column), verdict);
    });

    test("it sends what the page says", () => {
      const said = requestsOf(page, replica.port).map(essenceOf);
      expect(replica.probes.map(essenceOf).sort()).toEqual(said.sort());
    });
  });
}

function fail(column: number): never {
  throw new Error(`Nobody looks at column ${column}.`);
}
