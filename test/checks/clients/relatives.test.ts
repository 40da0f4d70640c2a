import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as checks from "../../../src/checks/index.ts";
import {
  CLIENTS,
  type Clients,
  type Kind,
} from "../../../src/checks/internal/clients/client-table.ts";
import { identifyClient } from "../../../src/checks/internal/clients/identify-client.ts";
import { createHealth } from "../../../src/health.ts";
import { haleErrorOf } from "../../_support/thrown.ts";
import { RUNTIMES } from "../../runtimes/programs.ts";
import type { RunningServer } from "../../servers/_running-server.ts";
import { mariadb } from "../../servers/mariadb.ts";
import { nats } from "../../servers/nats.ts";
import { postgres } from "../../servers/postgres.ts";
import { rabbitmq } from "../../servers/rabbitmq.ts";
import { LIVING_RELATIVES, type Urls } from "./_living-relatives.ts";
import { load, packageOf, RELATIVES } from "./_relatives.ts";

/** What the run has seen, as the page tells it. */
interface Row {
  readonly client: string;
  readonly version: string;
  readonly becomes: string;
}

const rows: Row[] = [];
const makers = checks as unknown as Readonly<Record<string, (options: object) => unknown>>;

/** A client that is made on its first use, behind a proxy without any other trap. */
function lazily(client: object): object {
  return new Proxy(
    {},
    {
      get(_, key) {
        const value = client[key as never] as unknown;
        return typeof value === "function" ? value.bind(client) : value;
      },
    },
  );
}

async function expectTaken(client: object, kind: Kind): Promise<void> {
  for (const it of [client, lazily(client)]) {
    expect(identifyClient(it)).toEqual({ kind, kinds: [kind] });
  }
  expect(() => makers[kind]?.({ client })).not.toThrow();
  expect(() => makers[kind]?.({ client: () => client })).not.toThrow();
  await createHealth({ logger: false, checks: { client: client as never } }).close();
}

function expectRefused(client: object, words: string, taken = ""): string {
  const error = haleErrorOf(() =>
    createHealth({ logger: false, checks: { client: client as never } }),
  );
  expect(error.code).toBe("HALE_UNSUPPORTED_CLIENT");
  expect(error.message).toContain(words);
  const kind = identifyClient(client)?.kind;
  if (kind === undefined) throw new Error("It is like nothing that is known.");
  expect(error.message).toContain(`takes ${CLIENTS[kind].takes}.`);
  expect(error.message.split(" takes ")[1]).toContain(taken);
  const { needs }: Clients = CLIENTS[kind];
  if (needs === undefined) {
    const code = haleErrorOf(() => makers[kind]?.({ client })).code;
    expect(["HALE_UNSUPPORTED_CLIENT", "HALE_BAD_OPTION"]).toContain(code);
  }
  return `refused: it ${error.message.replace(/^The check "client" /, "").split(". ")[0]}`;
}

describe.each(RELATIVES)("$client", ({ client: name, packages, make, becomes, refused, takes }) => {
  test.each(packages)(`of %s ${becomes ? `becomes ${becomes}` : "is refused"}`, async (from) => {
    const client = await make(load(from), from);
    let told = `\`${becomes}()\``;
    if (becomes !== undefined) await expectTaken(client, becomes);
    else told = expectRefused(client, refused ?? "", takes);
    rows.push({ client: name, version: packageOf(from), becomes: told });
  });
});

describe("of clients that there are once a server has let them in,", () => {
  const servers: RunningServer[] = [];
  let urls: Urls;
  beforeAll(async () => {
    const started = await Promise.all([
      ...[mariadb.start(), rabbitmq.start()],
      ...[nats.start(), postgres.start()],
    ]);
    servers.push(...started);
    const [first = "", second = "", third = "", fourth = ""] = servers.map(({ url }) => url);
    urls = { mariadb: first, rabbitmq: second, nats: third, postgres: fourth };
  }, 120_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  for (const { client: name, packages, make, end, becomes, refused } of LIVING_RELATIVES) {
    test.each(packages)(
      `the ${name} of %s ${becomes ? `becomes ${becomes}` : "is refused"}`,
      async (from) => {
        const client = await make(load(from), urls, from);
        try {
          let told = `\`${becomes}()\``;
          if (becomes !== undefined) await expectTaken(client, becomes);
          else told = expectRefused(client, refused ?? "");
          rows.push({ client: name, version: packageOf(from), becomes: told });
        } finally {
          await end(client as never);
        }
      },
    );
  }
});

test("the clients of Bun itself become checks, on Bun", () => {
  const program = fileURLToPath(new URL("programs/bun-clients.mjs", import.meta.url));
  const printed = execFileSync(RUNTIMES.bun, ["run", program], { encoding: "utf8" });
  const { version, identities } = JSON.parse(printed) as {
    version: string;
    identities: { client: string; identity: unknown }[];
  };
  const expected: Readonly<Record<string, Kind>> = {
    "Bun.sql": "postgres",
    "SQL of PostgreSQL": "postgres",
    "SQL of MySQL": "postgres",
    "SQL of SQLite": "postgres",
    RedisClient: "redis",
    "Database of bun:sqlite": "sqlite",
  };
  expect(identities).toEqual(
    Object.entries(expected).map(([client, kind]) => ({
      client,
      identity: { kind, kinds: [kind] },
    })),
  );
  for (const [client, kind] of Object.entries(expected)) {
    rows.push({ client, version: `bun ${version}`, becomes: `\`${kind}()\`` });
  }
});

test("docs/clients.md says what this run has seen", async () => {
  const byName = new Map<string, string[]>();
  for (const { client, version, becomes } of rows) {
    const [name = "", number = ""] = version.split(" ");
    const key = `\`${name}\` | ${client} | ${becomes}`;
    byName.set(key, [...(byName.get(key) ?? []), number]);
  }
  const lines = [...byName]
    .map(([key, versions]) => {
      const [name, client, becomes] = key.split(" | ");
      return `| ${name} | ${client} | ${versions.join(", ")} | ${becomes} |`;
    })
    .sort();
  await expect(
    [
      INTRODUCTION,
      "| package | client | versions tried | becomes |",
      "| --- | --- | --- | --- |",
      ...lines,
      "",
    ].join("\n"),
  ).toMatchFileSnapshot("../../../docs/clients.md");
});

const INTRODUCTION = `# Clients

Pass the client that the service has: \`createHealth({ checks: { database: pool } })\`. hale knows its kind by
properties that its relatives lack, and reads nothing else of it. A version or a relative that no check takes is
refused by \`createHealth()\`, with [\`HALE_UNSUPPORTED_CLIENT\`](errors.md#hale_unsupported_client) and what is
taken instead.

This table is written by the tests, which make each client with the package of that version. A client of another
version, or one that is wrapped, is taken by the same properties.
`;
