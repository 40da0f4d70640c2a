import { MikroORM } from "@mikro-orm/postgresql";
import { expect, onTestFinished, test } from "vitest";
import { mikroOrm } from "../../src/checks/mikro-orm.ts";
import { runCheck } from "../_support/run-check.ts";
import { layerContract, refusesWhatIsNoClient } from "../contracts/layer-contract.ts";

layerContract("mikro-orm", "MikroORM 6 (pg)", {
  check: mikroOrm,
  async open(clientUrl, max = 10) {
    const client = await MikroORM.init({
      clientUrl,
      dbName: "hale",
      entities: [],
      discovery: { warnWhenNoEntities: false },
      connect: false,
      pool: { min: 0, max },
    });
    // It waits for connections that hang; those end as the server goes.
    onTestFinished(() => void client.close(true).catch(() => {}));
    return client;
  },
  close: (client) => client.close(),
  async take(client) {
    const { client: connections } = client.em.getConnection().getKnex();
    const connection = await connections.acquireConnection();
    return () => connections.releaseConnection(connection);
  },
});

test("where no pool can be seen, a reply that is not 1 is down, and at most one query waits", async () => {
  let asked = 0;
  let reply: Promise<unknown> = Promise.resolve([{ one: 2 }]);
  const connection = {
    execute() {
      asked++;
      return reply;
    },
  };
  const check = mikroOrm({ client: { em: { getConnection: () => connection } } });
  expect(await runCheck(check)).toMatchObject({ status: "down", reason: "Expected 1, got 2." });
  reply = new Promise(() => {});
  for (let run = 0; run < 3; run++) await runCheck(check, 20);
  expect(asked).toBe(2);
});

test("a MikroORM 7 that has no native client to show is asked by its query", async () => {
  const refuse = async () => {
    throw new Error("The native client is not available.");
  };
  const connection = { execute: async () => [{ one: 1 }], getNativeClient: refuse };
  const check = mikroOrm({ client: { em: { getConnection: () => connection } } });
  expect(await runCheck(check)).toMatchObject({ status: "up", observations: undefined });
});

refusesWhatIsNoClient("mikroOrm", mikroOrm);

test("what is no client is a type error", () => {
  // @ts-expect-error it has no entity manager
  expect(() => mikroOrm({ client: { isConnected: async () => true } })).toThrow();
});
