import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { BUNDLERS } from "./_bundlers.ts";

const PROGRAM = resolve(import.meta.dirname, "programs/common.cjs");
const LIMIT = 180_000;

test.each(BUNDLERS)(
  "the thread answers in a program that $name has made one file of, in a folder that cannot be written",
  async ({ file, bundle }) => {
    const folder = mkdtempSync(join(tmpdir(), "hale-bundled-"));
    try {
      await bundle(PROGRAM, folder);
      chmodSync(folder, 0o555);
      const options = { cwd: folder, timeout: LIMIT };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], options);
      expect(stdout).toMatch(/^200$/m);
      expect(stderr).not.toMatch(/probe thread unavailable/);
      expect(readdirSync(folder)).toEqual([file]);
    } finally {
      chmodSync(folder, 0o755);
      rmSync(folder, { recursive: true });
    }
  },
  LIMIT,
);
