import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import ts from "typescript";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { prisma } from "../../src/checks/prisma.ts";
import {
  type GeneratedClass,
  type GeneratedClient,
  generatePrismaClient,
} from "../_support/prisma-client.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { layerContract, refusesWhatIsNoClient } from "../contracts/layer-contract.ts";
import { postgres } from "../servers/postgres.ts";

let PrismaClient: GeneratedClass;
let folder: string;
let remove: (() => Promise<void>) | undefined;
beforeAll(async () => {
  ({ PrismaClient, folder, remove } = await generatePrismaClient());
}, 120_000);
afterAll(() => remove?.());

layerContract<GeneratedClient>("prisma", "PrismaClient 7 (pg)", {
  check: prisma,
  open(connectionString, max = 10) {
    const client = new PrismaClient({ adapter: new PrismaPg({ connectionString, max }) });
    // It waits for connections that hang; those end as the server goes.
    onTestFinished(() => void client.$disconnect().catch(() => {}));
    return client;
  },
  close: (client) => client.$disconnect(),
  reopens: true,
});

test("a client that was extended is recognised too", async () => {
  const server = await postgres.start();
  onTestFinished(() => server.stop());
  const adapter = new PrismaPg({ connectionString: server.url });
  const client = new PrismaClient({ adapter }).$extends({ name: "of the service" });
  onTestFinished(() => client.$disconnect());
  const { becomes } = await startService({ checks: { database: client } });
  await becomes("/health/deep", 200);
});

test("the types of the generated client are accepted without a cast", async () => {
  const program = join(folder, "typed.ts");
  const from = (path: string) => JSON.stringify(resolve(path));
  await writeFile(
    program,
    `import { PrismaPg } from "@prisma/adapter-pg";
import { prisma } from ${from("src/checks/prisma.ts")};
import { createHealth } from ${from("src/health.ts")};
import { PrismaClient } from "./client/client.ts";

const client = new PrismaClient({ adapter: new PrismaPg("postgres://127.0.0.1/shop") });
createHealth({ checks: { database: client, again: prisma({ client }), extended: client.$extends({}) } });
createHealth({ checks: { database: client.order } });
`,
  );
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile("tsconfig.json", ts.sys.readFile).config,
    ts.sys,
    process.cwd(),
  );
  const compiled = ts.createProgram([program], { ...options, noEmit: true });
  const source = compiled.getSourceFile(program);
  const lines = compiled
    .getSemanticDiagnostics(source)
    .map(({ start = 0 }) => source?.getLineAndCharacterOfPosition(start).line);
  // The last line alone, which passes what is no client.
  expect(lines).toEqual([7]);
}, 180_000);

test("at most one query waits for an answer", async () => {
  let asked = 0;
  const client = {
    $queryRawUnsafe: () => {
      asked++;
      return new Promise<never>(() => {});
    },
  };
  const check = prisma({ client });
  for (let run = 0; run < 3; run++) await runCheck(check, 20);
  expect(asked).toBe(1);
});

test.each<[unknown, string]>([
  [[{ one: 1n }], "up"],
  [[{ one: 2 }], "down"],
  [[], "down"],
])("a reply that is %o is %s", async (reply, status) => {
  const client = { $queryRawUnsafe: async () => reply };
  expect(await runCheck(prisma({ client }))).toMatchObject({ status });
});

refusesWhatIsNoClient("prisma", prisma);

test("what is no client is a type error", () => {
  // @ts-expect-error it runs no query
  expect(() => prisma({ client: { $disconnect: async () => {} } })).toThrow();
});
