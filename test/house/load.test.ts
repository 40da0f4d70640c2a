import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { FORMATS } from "../../src/formats/index.ts";

const run = promisify(execFile);

const HOOKS = pathToFileURL(resolve("test/house/programs/loaded-files.mjs")).href;

/** The most that `import "hale"` may load, in bytes, each file gzipped. */
const LIMIT = 26 * 1024;

/** The files of the package that a program loads, told by Node itself. */
async function loadedBy(program: string): Promise<string[]> {
  const { stdout } = await run("node", ["--import", HOOKS, "--input-type=module", "-e", program]);
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("file:") && line !== HOOKS)
    .map((url) => relative(resolve("dist"), fileURLToPath(url)));
}

function gzippedSize(files: readonly string[]): number {
  const sizes = files.map((file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

test("hale is loaded at once, and within its limit", async () => {
  const files = await loadedBy('await import("hale");');
  expect(files.sort()).toEqual(["index.js", "shared/core.js"]);
  expect(gzippedSize(files)).toBeLessThanOrEqual(LIMIT);
});

test("any probe of functions in json loads nothing more", async () => {
  const files = await loadedBy(`
    const { createHealth, group } = await import("hale");
    const health = createHealth({
      checks: { database: async () => {}, more: group({ cache: async () => false }) },
      http: { tokens: ["0123456789abcdef"] },
      logger: false,
    });
    for (const authorization of [undefined, "Bearer 0123456789abcdef"]) {
      const header = (name) => (name === "authorization" ? authorization : undefined);
      await health.handle({ method: "GET", url: "/health/deep", header });
    }
    await health.whenReady({ timeout: 50 }).catch(() => {});
    await health.report("deep", { check: "more" });
    await health.close();
  `);
  expect(files.sort()).toEqual(["index.js", "shared/core.js"]);
});

/** The files of formats that are not named after them. */
const FILES: Readonly<Record<string, string>> = {
  html: "page",
  openmetrics: "openmetrics-text",
  prometheus: "prometheus-text",
};

test.each(FORMATS.filter(({ name }) => name !== "json"))(
  "the format $name is loaded by the first request for it",
  async ({ name }) => {
    const service = `
    const { createHealth } = await import("hale");
    const health = createHealth({ logger: false });
    await health.handle({ method: "GET", url: "/livez", header: () => undefined });
  `;
    const file = `shared/${FILES[name] ?? name}.js`;
    expect(await loadedBy(service)).not.toContain(file);
    const files = await loadedBy(`${service}
    await health.handle({ method: "GET", url: "/livez?format=${name}", header: () => undefined });
  `);
    expect(files).toContain(file);
  },
);

test("the format of the service is loaded from createHealth on, before any probe", async () => {
  const files = await loadedBy(`
    const { createHealth } = await import("hale");
    createHealth({ http: { format: { readiness: "terminus" } }, logger: false });
  `);
  expect(files).toContain("shared/terminus.js");
});

test("a client that is passed as it is loads the body of its check, from createHealth on", async () => {
  const files = await loadedBy(`
    const { createHealth } = await import("hale");
    createHealth({ checks: { cache: { sendCommand() {}, isOpen: true, ping() {} } }, logger: false });
  `);
  expect(files).toContain("shared/redis.js");
});

test("a format that is a function loads what calls it from createHealth on, before any probe", async () => {
  const files = await loadedBy(`
    const { createHealth } = await import("hale");
    createHealth({ http: { format: { readiness: () => ({ body: "OK" }) } }, logger: false });
  `);
  expect(files).toContain("shared/write-by-function.js");
});
