import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** What became of a command. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The `hale` of the packed tarball, installed in an empty folder for the tests of one file. */
export interface InstalledCommand {
  /** The folder in which it is installed. */
  readonly folder: string;
  /** The path of the command, as a shell would run it. */
  readonly path: string;
  /** Runs it to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

/** Packs what was built last and installs it before the tests of a file, as a user does. */
export function installCommand(): InstalledCommand {
  const folder = mkdtempSync(join(tmpdir(), "hale-command-"));
  const path = join(folder, "node_modules/.bin/hale");

  beforeAll(() => {
    if (!existsSync("dist/hale.cjs")) throw new Error("Build it first: npm run build");
    execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
      stdio: "pipe",
    });
    const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "";
    writeFileSync(join(folder, "package.json"), "{}\n");
    execFileSync(
      "npm",
      ["install", "--offline", "--no-audit", "--no-fund", join(folder, tarball)],
      {
        cwd: folder,
        stdio: "pipe",
      },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  return { folder, path, run: (args, options) => endOf(path, args, options) };
}

/** Runs a program to its end. */
export function endOf(
  program: string,
  args: readonly string[],
  { cwd, env }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { cwd, env: env ?? process.env, encoding: "utf8" } as const;
    execFile(program, [...args], settings, (error, stdout, stderr) => {
      // NaN, which no test expects, when a signal has ended it.
      const code = error === null ? 0 : Number(error.code ?? Number.NaN);
      resolve({ code, stdout, stderr });
    });
  });
}
