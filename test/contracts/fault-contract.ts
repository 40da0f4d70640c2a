import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { CheckReport } from "../../src/contract/report.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import type { RunningServer } from "../servers/_running-server.ts";

/** What can befall a dependency, as the columns of docs/faults.md. */
export const FAULTS = [
  "up",
  "refused",
  "hang",
  "killed in mid-check",
  "recovered",
  "wrong credentials",
] as const;

/** One column of docs/faults.md. */
export type Fault = (typeof FAULTS)[number];

/** What docs/faults.md says of one client: a state with its reason, or why there is none. */
export interface FaultRow {
  readonly check: string;
  readonly client: string;
  readonly cells: Readonly<Record<Fault, string>>;
}

/** The part of a real server that the faults need; every kind of test/servers/ has it. */
export type FaultyServer = Pick<
  RunningServer,
  "url" | "port" | "pause" | "resume" | "kill" | "restart" | "stop"
>;

/** Asks once how the check is. */
type Watch = () => Promise<CheckReport>;

type Input = NonNullable<HealthOptions["checks"]>[string];

/** One check over one client, and the real server that it asks. */
export interface FaultContract {
  /** Starts the real server; it is killed and started again. */
  readonly start: () => Promise<FaultyServer>;
  /**
   * What a service would register: the client as it is, or its check. Called for each fault with a URL of
   * the same form as the server's; it may not wait for a connection, and what it opens ends with the test.
   */
  readonly open: (url: string) => Input | Promise<Input>;
  /** The same URL with credentials that the server refuses; or why there are none. */
  readonly wrongCredentials: ((url: string) => string) | { readonly none: string };
  /** The URL of another place at which the same is asked; by default the same URL with another port. */
  readonly at?: (url: string, port: number) => string;
  /** Faults that cannot befall this client, each with the reason, which docs/faults.md gives. */
  readonly explained?: Partial<Record<Exclude<Fault, "up">, string>>;
  /** Faults whose reason differs from run to run, so that docs/faults.md gives the state alone. */
  readonly unsteady?: readonly ("refused" | "hang" | "wrong credentials")[];
  /** States in which it is well: without degraded, where a part may be back before the whole. @default up, degraded */
  readonly well?: readonly ("up" | "degraded")[];
  /** Milliseconds that one run may take. @default 300 */
  readonly timeout?: number;
}

/** Milliseconds within which a state must have been reached; a limit, not an expectation. */
const LIMIT = 60_000;

/** Puts a check through every fault, over a real connection, and keeps its row of docs/faults.md. */
export function faultContract(check: string, client: string, contract: FaultContract): void {
  const { start, open, wrongCredentials, at = atPort, explained = {}, timeout = 300 } = contract;
  const { well = ["up", "degraded"] } = contract;
  // Which of two runs sees the end of a server is chance.
  const unsteady: readonly Fault[] = ["killed in mid-check", ...(contract.unsteady ?? [])];
  const cells: Partial<Record<Fault, string>> = { ...explained };

  describe(`${check} through ${client}, at each fault,`, () => {
    let server: FaultyServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server?.stop());

    /** Asks until the check is believed to be so, and keeps what was seen. */
    async function see(fault: Fault, states: readonly string[], report: Watch) {
      cells[fault] = cellOf(
        await until(report, states, fault !== "hang"),
        unsteady.includes(fault),
        server.port,
      );
    }

    function watch(input: Input, limit = timeout): Watch {
      const health = createHealth({
        logger: false,
        deadline: Math.max(800, limit + 100),
        checks: { it: input },
        defaults: { maxAge: 0, timeout: limit },
      });
      onTestFinished(() => health.close());
      return async () => {
        const [line] = (await health.report("deep", { check: "it" })).checks;
        if (line === undefined) throw new Error("The check is not in its own report.");
        return line;
      };
    }

    test("is up, while nothing is wrong", async () => {
      await see("up", well, watch(await open(server.url)));
    });

    if (explained.refused === undefined) {
      test("is down, when nobody listens", async () => {
        await see("refused", ["down"], watch(await open(at(server.url, await closedPort()))));
      });
    }

    if (explained.hang === undefined) {
      test("is down, when connections are accepted and nothing is answered", async () => {
        const port = await startTcp((socket) => socket.resume());
        await see("hang", ["down"], watch(await open(at(server.url, port))));
      });
    }

    if (typeof wrongCredentials === "function") {
      test("is down with wrong credentials, and does not tell them", async () => {
        const url = wrongCredentials(server.url);
        // A server answers, after what may take it a while on a busy machine, such as a hash.
        const report = watch(await open(url), 5000);
        await see("wrong credentials", ["down"], report);
        const { password } = new URL(url);
        if (password !== "") expect((await report()).reason).not.toContain(password);
      });
    } else {
      cells["wrong credentials"] = wrongCredentials.none;
    }

    if (explained["killed in mid-check"] === undefined) {
      test("is down when the server dies in mid-check, and up again once it is back", async () => {
        const report = watch(await open(server.url));
        await until(report, well);
        await server.pause();
        const underWay = report();
        await server.kill();
        await underWay;
        await see("killed in mid-check", ["down"], report);
        await server.restart();
        if (explained.recovered === undefined) await see("recovered", well, report);
        else await until(report, ["down"]);
      });
    } else {
      test("is down while the server stands still, and up again once it answers", async () => {
        const report = watch(await open(server.url));
        await until(report, well);
        await server.pause();
        await until(report, ["down"]);
        await server.resume();
        await see("recovered", well, report);
      });
    }

    test("has a row of its own in docs/faults.md", async () => {
      expect(Object.keys(cells).sort()).toEqual([...FAULTS].sort());
      await keep({ check, client, cells: cells as FaultRow["cells"] });
    });
  });
}

/** A check to which no fault of a server can happen, and why. */
export function noFaults(check: string, client: string, why: string): void {
  test(`${check} through ${client} has a row in docs/faults.md, which says why no server can fail it`, () =>
    keep({
      check,
      client,
      cells: Object.fromEntries(FAULTS.map((fault) => [fault, why])) as FaultRow["cells"],
    }));
}

async function keep(row: FaultRow): Promise<void> {
  const name = `${row.check}--${row.client}`.replace(/[^\w.-]+/g, "-");
  // Columns are in one order, whatever the tests' is.
  const cells = Object.fromEntries(FAULTS.map((fault) => [fault, row.cells[fault]]));
  await expect(`${JSON.stringify({ ...row, cells }, null, 2)}\n`).toMatchFileSnapshot(
    `../checks/golden/faults/${name}.json`,
  );
}

/** With `settled`, a run that only says that a connection is still being opened is followed by another. */
async function until(
  report: Watch,
  states: readonly string[],
  settled = false,
): Promise<CheckReport> {
  const end = performance.now() + LIMIT;
  for (;;) {
    const line = await report();
    if (states.includes(line.status) && !(settled && line.code === "HALE_CONNECTING")) return line;
    if (performance.now() > end) {
      throw new Error(`It is ${line.status} and not ${states.join(" or ")}: ${line.reason}`);
    }
    // A check that is held back answers at once, and the client needs turns of the loop to come back.
    await new Promise((turn) => setImmediate(turn));
  }
}

function cellOf({ status, reason }: CheckReport, unsteady: boolean, port: number): string {
  if (reason === undefined || unsteady) return status;
  const steady = reason.replaceAll(String(port), "…").replace(/(?<=:)\d{4,5}\b/g, "…");
  return `${status}: \`${steady.replaceAll("`", "'").replaceAll("|", "/")}\``;
}

function atPort(url: string, port: number): string {
  const other = new URL(url);
  other.port = String(port);
  return other.href;
}
