import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, test, vi } from "vitest";
import { makeFolder } from "../_support/folder.ts";
import { closedPort } from "../_support/tcp.ts";
import { blocksIn, sectionOf } from "../house/_pages.ts";

const run = promisify(execFile);

const PAGE = "docs/testing.md";

/** A runner starts slowly where other tests keep the cores busy: a limit, which no run comes near. */
vi.setConfig({ testTimeout: 300_000 });

/** The code of the pieces in a section of the page. */
function codeOf(heading: string): string[] {
  return blocksIn(PAGE, sectionOf(PAGE, heading)).map(({ code }) => code);
}

/** A project of a user, with hale and the packages of the tests installed. */
function makeProject(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  const installed = resolve("test/node_modules");
  for (const name of readdirSync(installed)) {
    if (!name.startsWith(".")) symlinkSync(join(installed, name), join(modules, name));
  }
  symlinkSync(resolve("node_modules/vitest"), join(modules, "vitest"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Runs the program of a test runner in a project; resolves to what it printed. */
async function runner(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  const options = { cwd, env: { ...env, CI: "true", NO_COLOR: "1" } };
  const flags = program.startsWith("jest/") ? ["--experimental-vm-modules"] : [];
  const file = join("node_modules", program);
  const printed = await run(process.execPath, [...flags, file, ...args], options).catch(
    (failure: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${failure.message}\n${failure.stdout}\n${failure.stderr}`);
    },
  );
  return printed.stdout + printed.stderr;
}

test.each(["### supertest", "### Fastify's inject"])("%s runs in Vitest", async (heading) => {
  const [code = "", ...more] = codeOf(heading);
  expect(more).toEqual([]);
  const folder = makeProject({ "shop.test.ts": code, "package.json": '{"type":"module"}' });
  const printed = await runner(folder, "vitest/vitest.mjs", "run", "--maxWorkers=1");
  expect(printed).toMatch(/Tests +1 passed \(1\)/);
});

test("Nest's testing module runs in Jest", async () => {
  const [code = ""] = codeOf("### Nest's testing module");
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.ES2022,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  const jest = { testMatch: ["**/*.test.mjs"], transform: {} };
  const folder = makeProject({
    "app.test.mjs": outputText,
    "package.json": JSON.stringify({ name: "service", jest }),
  });
  expect(await runner(folder, "jest/bin/jest.js", "--ci", "--testTimeout=60000")).toContain(
    "1 passed, 1 total",
  );
});

/** The service of the recipe, which writes its address when it listens, and a file when it has ended in order. */
const SERVICE = `
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

const server = createServer((request, response) => response.end("The shop"));
const health = createHealth({ checks: { database: async () => {} } });
attach(server, health);
health.addStartupTask("migrate", new Promise((resolve) => setTimeout(resolve, 300)));
gracefulShutdown({ health, servers: [server], onClose: () => writeFileSync("ended", "in order") });
server.listen(PORT, "127.0.0.1");
`;

test("Playwright waits for readiness, asserts by the matchers, and ends the service in order", async () => {
  const [config = "", spec = "", ...more] = codeOf("### Playwright");
  expect(more).toEqual([]);
  const port = String(await closedPort());
  const folder = makeProject({
    "playwright.config.ts": config.replaceAll("8000", port),
    "health.spec.ts": spec,
    "server.mjs": SERVICE.replace("PORT", port),
    "package.json": '{"type":"module"}',
  });
  const printed = await runner(folder, "@playwright/test/cli.js", "test", "--reporter=line");
  expect(printed).toContain("1 passed");
  expect(readFileSync(join(folder, "ended"), "utf8")).toBe("in order");
});
