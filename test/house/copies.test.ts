import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { INTERNALS, internalsOf } from "../../src/health-internals.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), "hale-copies-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The ways in which two copies come into one process, and the sub-paths of each. */
const PAIRS = {
  "required beside imported": { one: "import", two: "require", second: "one" },
  "two installed, both imported": { one: "import", two: "import", second: "two" },
  "two installed, both required": { one: "require", two: "require", second: "two" },
} as const;

beforeAll(() => {
  for (const name of ["one", "two"]) {
    const installed = join(folder, name, "node_modules/hale");
    mkdirSync(installed, { recursive: true });
    cpSync("dist", join(installed, "dist"), { recursive: true });
    cpSync("package.json", join(installed, "package.json"));
    writeFileSync(
      join(folder, name, "import.mjs"),
      'export default [await import("hale"), await import("hale/node"), await import("hale/checks")];\n',
    );
    writeFileSync(
      join(folder, name, "require.cjs"),
      'module.exports = [require("hale"), require("hale/node"), require("hale/checks")];\n',
    );
  }
});

const FILES = { import: "import.mjs", require: "require.cjs" } as const;

/**
 * Runs a program that has the copies `one` and `two`, a server, and `get` for its status; resolves to what
 * it passes to `print`. Requiring a module is off, so that `require` finds the CommonJS build.
 */
async function runWith(pair: keyof typeof PAIRS, program: string): Promise<unknown> {
  const { one, two, second } = PAIRS[pair];
  const source = `
    import { createServer } from "node:http";
    import { Keyv } from ${JSON.stringify(import.meta.resolve("keyv"))};
    const load = async (path) => {
      const [hale, node, checks] = (await import(path)).default;
      return { ...hale, ...node, checks };
    };
    const one = await load(${JSON.stringify(join(folder, "one", FILES[one]))});
    const two = await load(${JSON.stringify(join(folder, second, FILES[two]))});
    const print = (value) => console.log(JSON.stringify(value));
    const codeOf = (call) => {
      try { call(); } catch (error) { return [error instanceof one.HaleError, error instanceof two.HaleError, error.code]; }
    };
    const server = createServer((request, response) => response.writeHead(404).end("the service"));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = "http://127.0.0.1:" + server.address().port;
    const get = async (path) => (await fetch(base + path)).text();
    ${program}
    server.close();
    server.closeAllConnections();
  `;
  const file = join(folder, `program-${programs++}.mjs`);
  writeFileSync(file, source);
  const { stdout } = await run(process.execPath, ["--no-experimental-require-module", file]);
  return JSON.parse(stdout);
}

let programs = 0;

describe.each(Object.keys(PAIRS) as (keyof typeof PAIRS)[])("copies of hale, %s", (pair) => {
  test("are two", async () => {
    const same = await runWith(pair, "print(one.createHealth === two.createHealth);");
    expect(same).toBe(false);
  });

  test("attach the health of each other once to a server, whichever of them attaches it", async () => {
    const seen = await runWith(
      pair,
      `
      const health = one.createHealth({ logger: false });
      const detach = two.attach(server, health);
      const twice = [codeOf(() => one.attach(server, health)), codeOf(() => two.attach(server, health))];
      const attached = await get("/health/live");
      detach();
      print({ twice, attached, detached: await get("/health/live") });
    `,
    );
    const refused = [true, true, "HALE_ALREADY_ATTACHED"];
    const answers = { attached: '{"status":"ok"}', detached: "the service" };
    expect(seen).toEqual({ twice: [refused, refused], ...answers });
  });

  test("chain their healths on one server, and give it its own emit back at the end", async () => {
    const seen = await runWith(
      pair,
      `
      const detachers = [one, two].map(({ attach, createHealth }, index) =>
        attach(server, createHealth({ logger: false, http: { paths: { liveness: "/live-" + index } } })),
      );
      const both = [await get("/live-0"), await get("/live-1")];
      for (const detach of detachers) detach();
      print({ both, emit: Object.hasOwn(server, "emit") });
    `,
    );
    expect(seen).toEqual({ both: ['{"status":"ok"}', '{"status":"ok"}'], emit: false });
  });

  test("run the checks and groups of each other, with the codes of their failures", async () => {
    const seen = await runWith(
      pair,
      `
      const fail = () => { throw new two.CheckFailure("LICENCE_EXPIRED", "The licence ended."); };
      const health = one.createHealth({
        logger: false,
        checks: {
          licence: two.defineCheck({ scope: "process", run: fail }),
          payments: two.group({ gateway: async () => {} }),
          cache: two.checks.cache({ client: new Keyv() }),
        },
      });
      const { checks } = await health.report("liveness");
      const deep = await health.report("deep");
      print([checks.map(({ name }) => name), deep.checks.map(({ name, status, code }) => [name, status, code ?? ""])]);
    `,
    );
    expect(seen).toEqual([
      ["licence"],
      [
        ["licence", "down", "LICENCE_EXPIRED"],
        ["payments.gateway", "up", ""],
        ["cache", "up", ""],
      ],
    ]);
  });

  test("shut a health down once, and refuse misuse with an error of both", async () => {
    const seen = await runWith(
      pair,
      `
      const health = one.createHealth({ logger: false });
      const shutdown = one.gracefulShutdown({ health, servers: [server] });
      const twice = codeOf(() => two.gracefulShutdown({ health, servers: [server] }));
      shutdown.dispose();
      two.gracefulShutdown({ health, servers: [server] }).dispose();
      print([twice, codeOf(() => two.createHealth({ deadline: -1 }))]);
    `,
    );
    expect(seen).toEqual([
      [true, true, "HALE_SHUTDOWN_TWICE"],
      [true, true, "HALE_BAD_OPTION"],
    ]);
  });

  test("drain by the probers that each other has seen", async () => {
    const seen = await runWith(
      pair,
      `
      const health = one.createHealth({ logger: false, startup: { manual: true } });
      health.markStarted();
      const { url, close } = await two.listen(health, { port: 0, host: "127.0.0.1" });
      const probe = async () => (await fetch(new URL("/health/ready", url))).status;
      const statuses = [await probe(), await probe(), await probe()];
      const shutdown = one.gracefulShutdown({ health, servers: [server], exit: false, drain: { failedProbes: 2, quiet: 0 } });
      const before = [await probe(), await probe()];
      let stopped = false;
      health.signal("stop").addEventListener("abort", () => { stopped = true; });
      const ended = shutdown.begin();
      let failed = 0;
      for (; !stopped && failed < 100; failed += 1) if ((await probe()) !== 503) break;
      await ended;
      await close();
      print({ before, waited: failed >= 2 });
    `,
    );
    expect(seen).toEqual({ before: [200, 200], waited: true });
  });
});

test("a health of another protocol is refused, and the error says that another version made it", () => {
  const { [INTERNALS]: internals, ...rest } = { ...createHealth({ logger: false }) } as ReturnType<
    typeof createHealth
  > & { [INTERNALS]: unknown };
  const other = { ...rest, [Symbol.for("hale.internals/2")]: internals };
  const error = haleErrorOf(() => internalsOf("listen()", other));
  expect(error.code).toBe("HALE_BAD_OPTION");
  expect(error.message).toBe(
    'The option "health" of listen() must be what createHealth() returns, but is an object. Another version of hale has made this health. Install one version: npm ls hale shows which packages bring which.',
  );
});
