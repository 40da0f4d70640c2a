import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { PoolLimits } from "../../src/checks/internal/sql/pool-options.ts";
import type { Check } from "../../src/contract/check.ts";
import type { HealthOptions } from "../../src/health.ts";
import { askPostgres } from "../_support/ask-postgres.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres } from "../servers/postgres.ts";
import { checkContract } from "./check-contract.ts";
import { faultContract } from "./fault-contract.ts";
import { poolLimitsContract } from "./pool-limits-contract.ts";

type Input = NonNullable<HealthOptions["checks"]>[string];

/** A layer over SQL, on a real PostgreSQL. */
export interface LayerContract<Client extends Input> {
  /** Makes the check with options; the limits are those of a layer that shows its pool. */
  readonly check: (options: { client: Client } & PoolLimits) => Check;
  /**
   * Opens a client with a pool of at most `max` connections, at once or before it has connected; what it
   * opens ends with the test.
   */
  readonly open: (url: string, max?: number) => Client | Promise<Client>;
  /** Waits until the client can be used, where it has to connect first. */
  readonly opened?: (client: Client) => Promise<unknown>;
  /** Ends the client, as the service would. */
  readonly close: (client: Client) => unknown;
  /**
   * Takes one connection and keeps it until what is returned is called; absent where the layer does not show
   * its pool.
   */
  readonly take?: (client: Client) => Promise<() => unknown>;
  /** Whether a client that was closed connects again for the next query. */
  readonly reopens?: true;
  /** A check that hangs, where a client that has not connected is down at once. */
  readonly hanging?: () => Promise<Check>;
}

const urlAt = (port: number) => `postgres://hale:s3cret@127.0.0.1:${port}/hale`;
const silentUrl = async () => urlAt(await startTcp((socket) => socket.resume()));

/** The connections that the server has, but for those that ask here. */
async function connections(at: RunningServer): Promise<number[]> {
  const rows = await askPostgres<{ pid: number }>(
    "select pid from pg_stat_activity where backend_type = 'client backend' and application_name <> 'test'",
    at,
  );
  return rows.map(({ pid }) => pid);
}

/** What holds for the check of every layer over SQL. */
export function layerContract<Client extends Input>(
  name: string,
  kind: string,
  layer: LayerContract<Client>,
): void {
  const { check, open, opened, close, reopens, take, hanging } = layer;
  describe(`${name} through ${kind}`, () => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await postgres.start();
    });
    afterAll(() => server.stop());

    async function startServer(): Promise<RunningServer> {
      const own = await postgres.start();
      onTestFinished(() => own.stop());
      return own;
    }

    /** Opens a client to a server that answers. */
    async function openTo({ url }: RunningServer, max?: number): Promise<Client> {
      const client = await open(url, max);
      await opened?.(client);
      return client;
    }

    checkContract(name, {
      up: async () => check({ client: await openTo(server) }),
      down: async () => check({ client: await open(urlAt(await closedPort())) }),
      hanging: hanging ?? (async () => check({ client: await open(await silentUrl()) })),
    });

    test("the client is recognised when it is passed as it is", async () => {
      const { becomes, probe } = await startService({
        checks: { database: await openTo(server) },
      });
      await becomes("/health/ready", 200);
      expect((await probe("/health/deep")).body).toBe(
        '{"status":"healthy","checks":{"database":"ok"}}',
      );
    });

    test("no probe opens a connection once there is one", async () => {
      const own = await startServer();
      const service = await startService({ checks: { database: await openTo(own) } });
      await service.becomes("/health/ready", 200);
      const before = await connections(own);
      for (let probe = 0; probe < 20; probe++) await service.probe("/health/deep");
      expect(await connections(own)).toEqual(before);
    });

    test(`a client that the service has closed is ${reopens ? "up, since it connects again" : "down, with a reason"}`, async () => {
      const client = await openTo(server);
      const it = check({ client });
      expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
      await close(client);
      const after = await runCheck(it, 5000);
      expect(after).toMatchObject({ status: reopens ? "up" : "down", writtenOff: false });
      if (!reopens) expect(after.reason).toMatch(/\S/);
    });

    test("runs of a server that stands still take two connections at most, and it is up once that answers", async () => {
      const own = await startServer();
      const it = check({ client: await openTo(own, 2) });
      expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
      await own.pause();
      for (let run = 0; run < 4; run++) {
        expect(await runCheck(it, 100)).toMatchObject({ status: "down" });
      }
      await own.resume();
      await expect.poll(async () => (await runCheck(it, 5000)).status).toBe("up");
      // Never more than the pool may have: what hung has gone, or has answered.
      await expect.poll(async () => (await connections(own)).length).toBeLessThanOrEqual(2);
    });

    if (take !== undefined) {
      test("is observed: its connections, and what waits for one", async () => {
        const client = await openTo(server, 3);
        expect(await runCheck(check({ client }), 5000)).toMatchObject({
          status: "up",
          observations: {
            totalConnections: { value: expect.any(Number), unit: "connections" },
            idleConnections: { value: expect.any(Number), unit: "connections" },
            waitingRequests: { value: 0, unit: "requests" },
          },
        });
      });

      test("a pool that the service has exhausted is degraded, and up again when one comes back", async () => {
        const client = await openTo(server, 2);
        const service = await startService({
          checks: { database: client },
          defaults: { timeout: 300 },
        });
        await service.becomes("/health/ready", 200);
        const giveBack = [await take(client), await take(client)];
        expect(await service.probe("/health/deep")).toMatchObject({
          status: 200,
          body: '{"status":"degraded","checks":{"database":"degraded"}}',
        });
        expect(await service.reasonOf("database")).toBe(
          "The service has taken all 2 connections of the pool.",
        );
        for (const release of giveBack) await release();
        await expect
          .poll(async () => (await service.probe("/health/deep")).body)
          .toBe('{"status":"healthy","checks":{"database":"ok"}}');
      });

      test("a full pool is not asked, so that no request waits before the service's own", async () => {
        const client = await openTo(server, 1);
        const it = check({ client });
        expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
        const giveBack = await take(client);
        for (let run = 0; run < 3; run++) {
          expect(await runCheck(it, 50)).toMatchObject({
            status: "degraded",
            observations: { waitingRequests: { value: 0 } },
          });
        }
        await giveBack();
      });

      poolLimitsContract(async () => {
        const own = await startServer();
        const client = await openTo(own, 1);
        return {
          check: (limits) => check({ client, ...limits }),
          take: () => take(client),
          connections: () => connections(own),
        };
      });

      test("a connection that did not answer is not lent to the service again", async () => {
        const own = await startServer();
        const client = await openTo(own, 1);
        const it = check({ client });
        expect(await runCheck(it, 5000)).toMatchObject({ status: "up" });
        const before = await connections(own);
        await own.pause();
        expect(await runCheck(it, 100)).toMatchObject({ status: "down" });
        await own.resume();
        await expect.poll(async () => (await runCheck(it, 5000)).status).toBe("up");
        await expect
          .poll(async () => (await connections(own)).filter((pid) => before.includes(pid)))
          .toEqual([]);
      });
    }

    faultContract(name, kind, {
      start: () => postgres.start(),
      open,
      wrongCredentials: (url) => url.replace(/:[^:@]+@/, ":wr0ngpassword@"),
    });
  });
}

/** What every check of a layer refuses. */
export function refusesWhatIsNoClient(name: string, check: (options: never) => Check): void {
  test.each<[string, object]>([
    ["HALE_UNKNOWN_OPTION", { clinet: {} }],
    ["HALE_BAD_OPTION", { client: "postgres://localhost" }],
    ["HALE_BAD_OPTION", { client: { connect: async () => {} } }],
    ["HALE_BAD_OPTION", {}],
  ])(`%s is the error for ${name}(%j)`, (code, options) => {
    expect(() => check(options as never)).toThrow(expect.objectContaining({ code }));
  });
}
