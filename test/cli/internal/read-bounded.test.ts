import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readBounded } from "../../../src/cli/internal/read-bounded.ts";
import { makeFolder } from "../../_support/folder.ts";

const reads = vi.hoisted(() => ({ most: Number.POSITIVE_INFINITY, into: new Set<object>() }));

// As from a pipe that is written bit by bit.
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    readSync(file: number, buffer: Buffer) {
      reads.into.add(buffer.buffer);
      return fs.readSync(file, buffer, 0, Math.min(buffer.length, reads.most), null);
    },
  };
});

test("a file is read whole up to the limit, and an endless one is refused", () => {
  const file = join(makeFolder(), "file");
  writeFileSync(file, "x".repeat(100_000));
  expect(readBounded(file, 100_000)).toHaveLength(100_000);
  expect(() => readBounded(file, 99_999)).toThrow("over 99999 bytes: make it smaller");
  expect(() => readBounded("/dev/zero", 1000)).toThrow("over 1000 bytes");
});

test("a named pipe is refused, since it would wait for a writer, and a folder too", () => {
  const folder = makeFolder();
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(() => readBounded(pipe, 1000)).toThrow("named pipe");
  expect(() => readBounded(folder, 1000)).toThrow("EISDIR");
});

test("what comes bit by bit is kept as it comes, and not a buffer for each bit", () => {
  const file = join(makeFolder(), "file");
  writeFileSync(file, "0123456789".repeat(100));
  reads.into.clear();
  reads.most = 7;
  onTestFinished(() => {
    reads.most = Number.POSITIVE_INFINITY;
  });
  expect(readBounded(file, 1000).toString()).toBe("0123456789".repeat(100));
  expect(reads.into.size).toBe(1);
});
