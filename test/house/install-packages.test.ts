import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { installPackages } from "../../scripts/install-packages.mjs";
import { makeFolder } from "../_support/folder.ts";

test("packages are installed when the lock file names others than are installed, after one line", () => {
  const lines: unknown[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
  onTestFinished(() => log.mockRestore());
  const folder = makeFolder();
  const lineOf = (command: string) =>
    `Installing the packages of ${folder}/, once: npm ${command} --prefix ${folder} --no-audit --no-fund --loglevel error`;

  name(folder, ["one"]);
  installPackages(folder);
  expect(existsSync(join(folder, "node_modules/one/package.json"))).toBe(true);
  expect(lines).toEqual([lineOf("ci")]);

  installPackages(folder);
  expect(lines).toEqual([lineOf("ci")]);

  name(folder, ["one", "two"]);
  installPackages(folder);
  expect(existsSync(join(folder, "node_modules/two/package.json"))).toBe(true);
  // What is there already stays.
  expect(lines).toEqual([lineOf("ci"), lineOf("install --no-save")]);

  name(folder, ["two"]);
  installPackages(folder);
  expect(existsSync(join(folder, "node_modules/one"))).toBe(false);

  rmSync(join(folder, "node_modules"), { recursive: true });
  installPackages(folder);
  expect(existsSync(join(folder, "node_modules/two/package.json"))).toBe(true);
  expect(lines).toHaveLength(4);
});

/** Writes a manifest and a lock file with these packages, which are folders beside them. */
function name(folder: string, packages: readonly string[]): void {
  const dependencies = Object.fromEntries(packages.map((one) => [one, `file:${one}`]));
  const locked = packages.flatMap((one) => {
    mkdirSync(join(folder, one), { recursive: true });
    writeFileSync(join(folder, one, "package.json"), '{"version":"1.0.0"}');
    return [
      [one, { version: "1.0.0" }],
      [`node_modules/${one}`, { resolved: one, link: true }],
    ];
  });
  const lock = {
    lockfileVersion: 3,
    requires: true,
    packages: { "": { dependencies }, ...Object.fromEntries(locked) },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies }));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
}
