import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBounded } from "../../../src/cli/internal/read-bounded.ts";
import { makeFolder } from "../../_support/folder.ts";

test("a file is read whole up to the limit, and an endless one is refused", () => {
  const file = join(makeFolder(), "file");
  writeFileSync(file, "x".repeat(100_000));
  expect(readBounded(file, 100_000)).toHaveLength(100_000);
  expect(() => readBounded(file, 99_999)).toThrow("over 99999 bytes");
  expect(() => readBounded("/dev/zero", 1000)).toThrow("over 1000 bytes");
});

test("a named pipe is refused, since it would wait for a writer, and a folder too", () => {
  const folder = makeFolder();
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(() => readBounded(pipe, 1000)).toThrow("named pipe");
  expect(() => readBounded(folder, 1000)).toThrow("EISDIR");
});
