import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isBuilt } from "../../scripts/is-built.mjs";
import { makeFolder } from "../_support/folder.ts";

/** A folder whose sources are of the second 10, and whose build is of the second 20. */
function project() {
  const root = makeFolder();
  const at = (path: string, second: number) => utimesSync(join(root, path), second, second);
  for (const folder of ["src/engine", "scripts", "dist"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ["src/engine/a.ts", "package.json"]) writeFileSync(join(root, file), "");
  writeFileSync(join(root, "dist/node.d.cts"), "");
  for (const path of ["src/engine/a.ts", "src/engine", "src", "scripts", "package.json"])
    at(path, 10);
  at("dist/node.d.cts", 20);
  return { root, at };
}

test("what is packed is built again where a source is newer, was removed, or nothing was built", () => {
  const built = project();
  expect(isBuilt(built.root)).toBe(true);
  for (const path of ["src/engine/a.ts", "package.json", "scripts"]) {
    const { root, at } = project();
    at(path, 30);
    expect([path, isBuilt(root)]).toEqual([path, false]);
  }
  rmSync(join(built.root, "src/engine/a.ts"));
  expect(isBuilt(built.root)).toBe(false);
  const bare = project();
  rmSync(join(bare.root, "dist/node.d.cts"));
  expect(isBuilt(bare.root)).toBe(false);
});
