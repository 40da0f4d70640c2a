import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
const ROOT = read("package.json") as Manifest;
const FOLDERS = ["test", "tools", "bench", "site"];

/** The packages that `npm ci` installs in a folder, and their versions. */
function installedIn(folder: string): ReadonlyMap<string, string | undefined> {
  const { packages } = read(`${folder}/package-lock.json`) as Lock;
  const entries = Object.entries(packages).filter(([path]) => path.startsWith("node_modules/"));
  return new Map(entries.map(([path, { version }]) => [path, version]));
}

describe("npm ci in the root", () => {
  test("installs few packages", () => {
    const { size } = installedIn(".");
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(300);
  });

  test("compiles nothing", () => {
    const compiled = [...installedIn(".").keys()].filter((path) =>
      /\/(?:better-sqlite3|node-gyp|node-gyp-build|prebuild-install|node-addon-api|nan)$/.test(
        path,
      ),
    );
    expect(compiled).toEqual([]);
  });
});

describe.each(FOLDERS)("the package of %s/", (folder) => {
  test("has what it shares with the root in the same version", () => {
    const { dependencies = {} } = read(`${folder}/package.json`) as Manifest;
    const installed = installedIn(folder);
    const root = installedIn(".");
    const differing = Object.keys(dependencies)
      .filter((name) => name in (ROOT.devDependencies ?? {}))
      .map((name) => `node_modules/${name}`)
      .filter((path) => installed.get(path) !== root.get(path));
    expect(differing).toEqual([]);
  });
});

const SCRIPTS = [".", ...FOLDERS].flatMap((folder) => {
  const { scripts = {} } = read(`${folder}/package.json`) as Manifest;
  return Object.entries(scripts).map(([name, script]) => ({ folder, name, script }));
});

test.each(SCRIPTS)(
  "the script $name of $folder/ runs in the shell of every system",
  ({ script }) => {
    // Programs with plain arguments: no variables, quotes, pipes, builtins, or programs by their paths.
    for (const command of script.split(" && ")) {
      expect(command).toMatch(/^(?:node|npm|biome|tsc|tsx|vitest)(?: [\w@:./-]+)*$/);
    }
  },
);
