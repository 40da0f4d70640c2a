import { Client as Elastic } from "@elastic/elasticsearch";
import { Client as OpenSearch } from "@opensearch-project/opensearch";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { elasticsearch } from "../../src/checks/elasticsearch.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { elasticsearch as responder } from "../servers/elasticsearch.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await responder.start();
});
afterAll(() => server.stop());

interface Asked {
  readonly questions: number;
  readonly connections: number;
}

/** Asks the responder itself, as its user. */
async function own(path: string, body?: string): Promise<Asked> {
  const { origin, username, password } = new URL(server.url);
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  const response = await fetch(new URL(path, origin), {
    headers: { authorization },
    ...(body !== undefined && { method: "PUT", body }),
  });
  return (await response.json()) as Asked;
}

beforeEach(() => own("/status", "green"));

const refusing = async () => `http://127.0.0.1:${await closedPort()}`;
const silent = async () => `http://127.0.0.1:${await startTcp((socket) => socket.resume())}`;

const DRIVERS = {
  "@elastic/elasticsearch": (node: string) => new Elastic({ node }),
  "@opensearch-project/opensearch": (node: string) =>
    new OpenSearch({ node, requestTimeout: 2000 }),
};

describe.each(Object.entries(DRIVERS))("%s", (name, make) => {
  /** Makes a client, which ends with the test: a request that went on would keep it from that. */
  function open(url: string): Elastic | OpenSearch {
    const client = make(url);
    onTestFinished(() => client.close());
    return client;
  }

  checkContract(`elasticsearch through ${name}`, {
    up: () => elasticsearch({ client: open(server.url) }),
    down: async () => elasticsearch({ client: open(await refusing()) }),
    hanging: async () => elasticsearch({ client: open(await silent()) }),
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { probe } = await startService({ checks: { search: open(server.url) } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"search":"ok"}}',
    });
  });

  test("a green cluster is up, a yellow one degraded, and a red one down", async () => {
    const check = elasticsearch({ client: open(server.url) });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: {
        nodes: { value: 2, unit: "nodes" },
        unassignedShards: { value: 0, unit: "shards" },
      },
    });
    await own("/status", "yellow");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "degraded",
      reason: "The cluster is yellow: all data is there, but 3 shards are not assigned to a node.",
      observations: { unassignedShards: { value: 3, unit: "shards" } },
    });
    await own("/status", "red");
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "down",
      reason:
        "The cluster is red: some data cannot be reached, and 3 shards are not assigned to a node.",
    });
  });

  test("another colour is down, and the reason says which", async () => {
    await own("/status", "blue");
    expect(await runCheck(elasticsearch({ client: open(server.url) }), 5000)).toMatchObject({
      status: "down",
      reason: 'Expected green, yellow or red, got "blue".',
    });
  });

  test("a run asks once, and opens no connection that the client has already", async () => {
    const check = elasticsearch({ client: open(server.url) });
    await runCheck(check, 5000);
    const before = await own("/asked");
    for (let run = 0; run < 5; run++) {
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    }
    const after = await own("/asked");
    expect(after.questions - before.questions).toBe(5);
    expect(after.connections - before.connections).toBeLessThanOrEqual(1);
  });

  test("a client that was closed is down", async () => {
    const client = make(server.url);
    await client.close();
    expect(await runCheck(elasticsearch({ client }), 5000)).toMatchObject({
      status: "down",
      reason: expect.stringContaining("onnection"),
    });
  });

  faultContract("elasticsearch", name, {
    start: () => responder.start(),
    open,
    wrongCredentials: (url) => url.replace("correct-horse", "wrong-horse"),
  });
});

test("what is no client is refused, also by its type", () => {
  // @ts-expect-error It has no cluster.
  const { code } = haleErrorOf(() => elasticsearch({ client: new Map() }));
  expect(code).toBe("HALE_BAD_OPTION");
});
