import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, test } from "vitest";

const PROGRAMS = resolve(import.meta.dirname, "programs");
const LIMIT = 60_000;

/** Runs a program to its end, which must come by itself and well. */
const node = async (args: readonly string[], options: { cwd?: string; env?: object } = {}) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    timeout: LIMIT,
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  return { stdout, stderr };
};

const IN_THREAD = /no probe thread can be had/;

test("it does not hold the process open", async () => {
  expect(await node([join(PROGRAMS, "ends.mjs")])).toEqual({ stdout: "200\n", stderr: "" });
});

test("it answers in a program in CommonJS", async () => {
  const { stdout, stderr } = await node([join(PROGRAMS, "common.cjs")]);
  expect(stdout).toMatch(/^200$/m);
  expect(stderr).not.toMatch(IN_THREAD);
});

test("it answers in a program that tsx runs", async () => {
  const { stdout, stderr } = await node(["--import", "tsx", join(PROGRAMS, "typed.ts")]);
  expect(stdout).toMatch(/^200$/m);
  expect(stderr).not.toMatch(IN_THREAD);
});

test("it answers whatever NODE_OPTIONS loads", async () => {
  const agent = join(PROGRAMS, "main-thread-only.mjs");
  const env = { NODE_OPTIONS: `--import=${agent}` };
  const { stdout, stderr } = await node([join(PROGRAMS, "common.cjs")], { env });
  expect(stdout).toMatch(/^200$/m);
  expect(stderr).not.toMatch(IN_THREAD);
});

test.each(["cjs", "esm"] as const)(
  "it answers in a program that esbuild has made one file of (%s), in a folder that cannot be written",
  async (format) => {
    const folder = mkdtempSync(join(tmpdir(), "hale-bundled-"));
    try {
      const file = `program.${format === "cjs" ? "cjs" : "mjs"}`;
      await build({
        entryPoints: [join(PROGRAMS, "common.cjs")],
        outfile: join(folder, file),
        bundle: true,
        minify: true,
        platform: "node",
        format,
        banner:
          format === "esm"
            ? {
                js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
              }
            : {},
        logLevel: "silent",
      });
      chmodSync(folder, 0o555);
      const { stdout, stderr } = await node([file], { cwd: folder });
      expect(stdout).toMatch(/^200$/m);
      expect(stderr).not.toMatch(IN_THREAD);
      expect(readdirSync(folder)).toEqual([file]);
    } finally {
      chmodSync(folder, 0o755);
      rmSync(folder, { recursive: true });
    }
  },
);

test("where no thread is permitted, the main thread answers, and one line says why", async () => {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const ask = `
    import { createHealth } from "hale";
    import { listen } from "hale/node";
    const lines = [];
    const log = (line) => lines.push(line);
    const health = createHealth({ logger: { info() {}, warn: log, error: log } });
    const { url, close } = await listen(health, { port: 0, host: "127.0.0.1", thread: true });
    const { status } = await fetch(new URL("readyz", url));
    console.log(JSON.stringify({ status, lines }));
    await close();
    process.exit();
  `;
  const args = [permission, "--allow-fs-read=*", "--input-type=module", "--eval", ask];
  const { status, lines } = JSON.parse((await node(args)).stdout);
  expect(status).toBe(200);
  expect(lines).toEqual([
    expect.stringMatching(
      /^hale: no probe thread can be had, so the main thread answers probes itself: Access to this API/,
    ),
  ]);
});
