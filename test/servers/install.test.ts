import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProgram, installMessage } from "./_install.ts";

test("the message about missing programs gives one command each for Debian, Fedora and Homebrew", () => {
  const message = installMessage([
    {
      name: "PostgreSQL",
      programs: ["postgres"],
      packages: {
        debian: ["postgresql"],
        fedora: ["postgresql-server", "postgresql-contrib"],
        homebrew: ["postgresql@17"],
      },
    },
    {
      name: "Redis",
      programs: ["redis-server", "valkey-server"],
      packages: { debian: ["redis-server"], fedora: ["valkey"], homebrew: ["redis"] },
    },
  ]);
  expect(message).toBe(`The tests run against real servers, and these programs were not found:
  PostgreSQL (postgres)
  Redis (redis-server or valkey-server)
Install them with one of:
  Debian:   sudo apt-get install postgresql redis-server
  Fedora:   sudo dnf install postgresql-server postgresql-contrib valkey
  Homebrew: brew install postgresql@17 redis`);
});

test("of several installed versions, the newest is found", async () => {
  const root = await folderWith("9/bin/hale-server", "16/bin/hale-server", "15/bin/hale-server");
  expect(findProgram(["hale-server"], [`${root}/*/bin`])).toBe(`${root}/16/bin/hale-server`);
});

test("the first of several names is preferred, and the others are accepted", async () => {
  const root = await folderWith("a/hale-second", "b/hale-first");
  expect(findProgram(["hale-first", "hale-second"], [`${root}/*`])).toBe(`${root}/b/hale-first`);
  expect(findProgram(["hale-none", "hale-second"], [`${root}/*`])).toBe(`${root}/a/hale-second`);
});

test("a file that cannot be executed is not a program", async () => {
  const root = await folderWith("bin/hale-server");
  await chmod(join(root, "bin/hale-server"), 0o644);
  expect(findProgram(["hale-server"], [`${root}/bin`])).toBeUndefined();
});

async function folderWith(...programs: string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "hale-install-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const program of programs) {
    await mkdir(join(root, program, ".."), { recursive: true });
    await writeFile(join(root, program), "", { mode: 0o755 });
  }
  return root;
}
