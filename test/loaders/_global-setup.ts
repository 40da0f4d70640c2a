import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { installPackages } from "../../scripts/install-packages.mjs";
import { NEST_PROJECTS } from "./_nest-projects.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the package, as npm unpacks it. */
    packed: string;
  }
}

/** Installs the loaders and the versions of Node, and packs the built package once for all tests. */
export function setup(project: TestProject): () => void {
  for (const folder of [
    "test/nodes",
    "test/loaders",
    ...NEST_PROJECTS.map(({ folder }) => folder),
  ]) {
    installPackages(folder);
  }
  const folder = mkdtempSync(join(tmpdir(), "hale-packed-"));
  const output = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", folder]);
  project.provide("packed", join(folder, "package"));
  return () => rmSync(folder, { recursive: true });
}
