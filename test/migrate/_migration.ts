import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { auditEndpoint } from "../../src/testing/endpoint-audits.ts";
import { ENDPOINT_RULES } from "../../src/testing/endpoint-rules.ts";
import { ask, type Reply } from "../_support/ask.ts";
import { askPostgres } from "../_support/ask-postgres.ts";
import { startProgram } from "../_support/program.ts";
import { blocksOf, type Side, sideOf } from "../house/_pages.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres } from "../servers/postgres.ts";

/** A service of a page that runs in a process of its own. */
export interface MigratedService {
  /** Requests a path of the port that the page names. */
  get(path: string, port?: number): Promise<Reply>;
  /** Requests a path until the status is this, and resolves to that reply. */
  becomes(path: string, status: number, port?: number): Promise<Reply>;
  /** The base of the URLs at a port that the page names. */
  baseOf(port?: number): Promise<string>;
  /** Resolves once the program has printed a line with this. */
  prints(text: string): Promise<string>;
  /**
   * Sends SIGTERM once a path has answered two requests with 200, from when on its caller is a prober, for which the
   * drain of hale waits.
   */
  endUnderProbes(path: string, port?: number): Promise<void>;
  /** Probes a path, as a load balancer does, until the process has ended; resolves to how it did. */
  probedToItsEnd(path: string, port?: number): Promise<{ code: number | null; lines: string[] }>;
}

/** The means of one migration's tests. */
export interface Migration {
  readonly side: Side;
  /** Starts the service of this side, with the database; it ends with the test. */
  start(): Promise<MigratedService>;
  /** The database, which a test may stop, and has to start again. */
  database(): RunningServer;
  /** Counts the queries of the service's checks that the database has received since it was counted last. */
  queries(): Promise<number>;
}

// A service starts slowly where other tests keep the cores busy: a limit, which no run comes near.
vi.setConfig({ testTimeout: 180_000 });

/** Milliseconds within which a state must have been reached; a limit, not an expectation. */
const LIMIT = 30_000;

/** Milliseconds between two requests for the same path, which leave the service time to work. */
const PAUSE = 20;

const LOOPBACK = pathToFileURL("test/migrate/programs/loopback.mjs").href;

/** The command with which a page verifies the service after the migration. */
const AUDIT =
  /hale audit --readiness http:\/\/127\.0\.0\.1:(\d+)(\S+) --liveness http:\/\/127\.0\.0\.1:\1(\S+)\n/;

/** Milliseconds for some 300 requests, whose audits run one after another; a limit, not an expectation. */
const AUDIT_LIMIT = 300_000;

/** The audits that hold on a busy machine too. */
const AUDITS = ENDPOINT_RULES.map(({ id }) => id).filter((id) => id !== "endpoint-latency");

/** Runs the same tests against the service before and after the migration of a page. */
export function migrationContract(page: string, tests: (migration: Migration) => void): void {
  describe.each(["before", "after"] as const)("%s the migration", (side) => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await postgres.start();
    });
    afterAll(() => server.stop());
    tests({
      side,
      start: () => startService(page, side, server.url),
      database: () => server,
      async queries() {
        const sql =
          "select sum(calls)::int as calls from pg_stat_statements where query ilike 'select $1%'";
        const [row] = await askPostgres<{ calls: number | null }>(sql, server);
        await askPostgres("select pg_stat_statements_reset()", server);
        return row?.calls ?? 0;
      },
    });
    if (side === "before") return;
    test(
      "the audit of its page finds no MUST that is broken",
      async () => {
        const command = blocksOf(page)
          .map(({ code }) => AUDIT.exec(code))
          .find(Boolean);
        const [, port, readiness = "", liveness] = command ?? [];
        const service = await startService(page, side, server.url);
        await service.becomes(readiness, 200, Number(port));
        const base = await service.baseOf(Number(port));
        const results = await auditEndpoint({
          url: base + readiness,
          liveness: base + liveness,
          only: AUDITS,
        });
        const broken = results.filter(
          ({ level, status }) => level === "MUST" && status === "failed",
        );
        expect(broken.map(({ message }) => message)).toEqual([]);
        expect(results.filter(({ status }) => status === "passed").length).toBeGreaterThan(15);
      },
      AUDIT_LIMIT,
    );
  });
}

/** Returns the program of one side of the change that a page shows. */
export function programOf(page: string, side: Side): string {
  const [change, ...more] = blocksOf(page).filter(({ language }) => language === "diff");
  if (change === undefined || more.length > 0) throw new Error(`${page} must show one change.`);
  const { outputText } = ts.transpileModule(sideOf(change, side), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      verbatimModuleSyntax: true,
    },
    fileName: "service.mts",
  });
  return outputText;
}

async function startService(page: string, side: Side, url: string): Promise<MigratedService> {
  const program = startProgram("--input-type=module", {
    args: ["--import", LOOPBACK, "--eval", programOf(page, side)],
    env: { DATABASE_URL: url },
    cwd: "test",
  });
  const baseOf = async (port = 8000) => {
    const line = await program.line(`listening: ${port} is `);
    return `http://127.0.0.1:${line.split(" ").at(-1)}`;
  };
  const get = async (path: string, port?: number) => ask(await baseOf(port), "GET", path);
  const becomes = async (path: string, status: number, port?: number) => {
    const end = performance.now() + LIMIT;
    for (;;) {
      const reply = await get(path, port);
      if (reply.status === status) return reply;
      if (performance.now() > end) throw new Error(`${path} is ${reply.status}: ${reply.body}`);
      await delay(PAUSE);
    }
  };
  await baseOf();
  return {
    get,
    baseOf,
    becomes,
    prints: program.line,
    async endUnderProbes(path, port) {
      for (let asked = 0; asked < 2; asked++) await becomes(path, 200, port);
      program.signal("SIGTERM");
    },
    async probedToItsEnd(path, port) {
      let over = false;
      const ended = program.ended.finally(() => {
        over = true;
      });
      while (!over) {
        await Promise.race([get(path, port).catch(() => {}), ended]);
        await Promise.race([delay(PAUSE), ended]);
      }
      return ended;
    },
  };
}
