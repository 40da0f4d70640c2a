import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { pinned, SERVER_CORE } from "../measure/cores.ts";
import { installPackages } from "../measure/installed.ts";
import { spreadOf } from "../measure/statistics.ts";
import { fixed, table } from "../table.ts";
import type { Section } from "./bench.ts";

const run = promisify(execFile);

/** Processes for each module in one round. */
const PER_ROUND = 5;

const MODULES = [
  { name: "an empty module, by its path", specifier: "./node_modules/empty-package/index.js" },
  { name: "an empty package", specifier: "empty-package" },
  { name: "`hale`", specifier: "hale" },
  { name: "`hale/node`", specifier: "hale/node" },
];

/** Measures the time of an import in a fresh process. */
export const importTime: Section = async ({ effort, signal, print, progress }) => {
  const processes = effort.starts * effort.rounds * PER_ROUND;
  progress(`import: ${processes} processes for each module`);
  await using installed = await installPackages(signal);
  const script = await installed.script("import-time.mjs");
  const times = new Map(MODULES.map(({ name }) => [name, [] as number[]]));
  // The first process of each reads the files from the disk, and does not count.
  for (let count = 0; count <= processes; count++) {
    for (const { name, specifier } of MODULES) {
      const time = await importOnce(script, specifier, signal);
      if (count > 0) times.get(name)?.push(time);
    }
  }
  print("### Time to import");
  print(
    table(
      ["module", "median", "min–max"],
      [...times].map(([name, values]) => {
        const { median, least, most } = spreadOf(values);
        return [name, `${fixed(median, 2)} ms`, `${fixed(least, 2)}–${fixed(most, 2)} ms`];
      }),
    ),
  );
  print(
    `\`await import()\` in ${processes} fresh processes for each, in turns, of the packages as npm installs them.`,
  );
};

async function importOnce(script: string, specifier: string, signal: AbortSignal): Promise<number> {
  const args = [script, specifier];
  const [command, all] =
    process.platform === "linux"
      ? pinned(SERVER_CORE, process.execPath, args)
      : ([process.execPath, args] as const);
  return Number((await run(command, all, { signal })).stdout);
}
