import { describe, expect, test } from "vitest";
import { makeProject } from "./_project.ts";

/** Assertions that hold, one that fails, and calls that the types have to refuse. */
const ASSERTIONS = `
test("matchers", async () => {
  const health = fakeHealth({ database: "up", cache: { status: "up", critical: false } });
  await expect(health).toBeReady();
  await expect(health).toBeLive();
  await expect(health).toBeStarted();
  await expect(health).toBeHealthy();
  health.set("database", { status: "down", reason: "connect ECONNREFUSED", code: "ECONNREFUSED" });
  await expect(health).not.toBeReady();
  await expect(health).toHaveCheck("database", { status: "down", reason: /refused/i });
  await expect(health).toHaveCheck("database", { reason: expect.stringContaining("REFUSED"), code: expect.any(String) });
  await expect(expect(health).not.toHaveCheck("databse")).rejects.toThrow('Did you mean "database"?');
  await expect(health.handle({ method: "GET", url: "/health/deep", header: () => null })).resolves.toHaveCheck("cache", "up");
  await expect(expect(health).toBeReady()).rejects.toThrow("database is down (ECONNREFUSED: connect ECONNREFUSED)");
  // @ts-expect-error: no such state
  await expect(expect(health).toHaveCheck("database", "dwon")).rejects.toThrow('Did you mean "down"?');
  const promise: Promise<void> = expect(health).toBeLive();
  await promise;
});
`;

const IMPORTS = 'import { fakeHealth } from "hale/testing";\n';

const COMPILER_OPTIONS = { target: "es2022", strict: true, esModuleInterop: true };

describe.each([
  { version: 29, folder: "test/loaders/nest-10" },
  { version: 30, folder: "test/loaders/nest-11" },
])("Jest $version", ({ folder }) => {
  test.each([
    ["its globals", ""],
    ["@jest/globals", 'import { expect, test } from "@jest/globals";\n'],
  ])("has the matchers and their types, with %s", async (_, globals) => {
    const project = makeProject(folder);
    const register =
      'import { healthMatchers } from "hale/testing/jest";\nexpect.extend(healthMatchers);\n';
    project.write({
      "matchers.test.ts": globals + IMPORTS + ASSERTIONS,
      "set-up.ts": globals + register,
      "tsconfig.json": JSON.stringify({
        compilerOptions: { ...COMPILER_OPTIONS, module: "commonjs", moduleResolution: "node10" },
        files: ["matchers.test.ts", "set-up.ts"],
      }),
      "package.json": JSON.stringify({
        name: "service",
        jest: { preset: "ts-jest", setupFilesAfterEnv: ["./set-up.ts"] },
      }),
    });
    const tsc = [project.program("typescript/bin/tsc"), "-p", ".", "--noEmit", "--skipLibCheck"];
    expect(await project.node(tsc)).toBe("");
    const printed = await project.node([project.program("jest/bin/jest.js"), "--ci"]);
    expect(printed).toContain("1 passed, 1 total");
  });
});

test("Vitest has the matchers and their types", async () => {
  const project = makeProject();
  project.write({
    "matchers.test.ts": `import { expect, test } from "vitest";\n${IMPORTS}${ASSERTIONS}`,
    "set-up.ts": [
      'import { healthMatchers } from "hale/testing/vitest";',
      'import { expect } from "vitest";',
      "expect.extend(healthMatchers);",
    ].join("\n"),
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        ...COMPILER_OPTIONS,
        module: "esnext",
        moduleResolution: "bundler",
        lib: ["es2023", "dom"],
        types: ["node"],
      },
      files: ["matchers.test.ts", "set-up.ts"],
    }),
    "vitest.config.mjs": 'export default { test: { setupFiles: ["./set-up.ts"] } };\n',
  });
  const tsc = [project.program("typescript/bin/tsc"), "-p", ".", "--noEmit", "--skipLibCheck"];
  expect(await project.node(tsc)).toBe("");
  const printed = await project.node([project.program("vitest/vitest.mjs"), "run"]);
  expect(printed).toMatch(/Tests +1 passed/);
});
