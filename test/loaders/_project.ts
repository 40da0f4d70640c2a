import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { inject, onTestFinished } from "vitest";
import { NEWEST_LTS, nodeFolder } from "../../scripts/node-versions.mjs";

const run = promisify(execFile);

/** A folder outside of the repository, with the packed hale and other packages installed. */
export interface Project {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): void;
  /**
   * Runs Node on a file of the project, or a program of its packages, with arguments; resolves to all that it
   * printed, and fails with that when it fails.
   */
  node(args: readonly string[], options?: RunOptions): Promise<string>;
  /** The file of a program of an installed package. */
  program(path: string): string;
}

export interface RunOptions {
  /** The name of the version of Node. */
  readonly version?: string;
}

/** Makes a project with the packages that a folder of the tests has installed; it goes with the test. */
export function makeProject(packages = "test/loaders"): Project {
  const folder = mkdtempSync(join(tmpdir(), "hale-project-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  const installed = resolve(packages, "node_modules");
  for (const name of readdirSync(installed)) {
    if (!name.startsWith(".")) symlinkSync(join(installed, name), join(modules, name));
  }
  cpSync(inject("packed"), join(modules, "hale"), { recursive: true });
  return {
    folder,
    write(files) {
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
    },
    async node(args, { version = NEWEST_LTS } = {}) {
      const bin = join(nodeFolder(version), "bin");
      return print(join(bin, "node"), args, {
        cwd: folder,
        env: {
          HOME: folder,
          CI: "true",
          NO_COLOR: "1",
          PATH: `${bin}${delimiter}${process.env.PATH}`,
        },
      });
    },
    program: (path) => join(modules, path),
  };
}

/** Runs a program to its end; resolves to what it printed. */
export async function print(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<string> {
  try {
    const { stdout, stderr } = await run(program, args, { ...options, maxBuffer: 2 ** 26 });
    return stdout + stderr;
  } catch (cause) {
    const {
      stdout = "",
      stderr = "",
      message,
    } = cause as Error & { stdout?: string; stderr?: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`, { cause });
  }
}
