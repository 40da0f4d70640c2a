import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { canInstallDebianPackages, installDebianPackages } from "./_debian.ts";

/** A program that the tests need, and where to get it. */
export interface Requirement {
  readonly name: string;
  /** Names of the program; any one of them will do, the first is preferred. */
  readonly programs: readonly string[];
  /** Folders to search besides those on PATH; `*` stands for any part of one folder's name. */
  readonly folders?: readonly string[];
  readonly packages: Readonly<Record<System, readonly string[]>>;
}

/** What has packages. */
type System = "debian" | "fedora" | "homebrew";

/**
 * The path of the first of `names` that is found on PATH or else in `folders`.
 *
 * Of the folders that one pattern matches, the one with the highest number comes first.
 */
export function findProgram(
  names: readonly string[],
  folders: readonly string[] = [],
): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const all = [...onPath, ...folders.flatMap(expand)];
  return names.flatMap((name) => all.map((folder) => join(folder, name))).find(isExecutable);
}

/** The path of a requirement's program, which is installed first if it is missing and may be. */
export async function ensureInstalled(requirement: Requirement): Promise<string> {
  await ensureAll([requirement]);
  return find(requirement) ?? fail([requirement]);
}

/**
 * Installs all that is missing, in one go, where Debian's `apt-get` is there and permitted.
 *
 * Rejects, if anything is missing after that, with a message that says what to install.
 */
export async function ensureAll(requirements: readonly Requirement[]): Promise<void> {
  const missing = requirements.filter((requirement) => !find(requirement));
  if (missing.length === 0) return;
  if (!(await canInstallDebianPackages())) fail(missing);
  const packages = packagesOf(missing, "debian");
  console.warn(`Installing system packages with apt-get, once: ${packages.join(" ")}`);
  let cause: unknown;
  await installDebianPackages(packages).catch((error: unknown) => {
    cause = error;
  });
  const stillMissing = missing.filter((requirement) => !find(requirement));
  if (stillMissing.length > 0) fail(stillMissing, cause);
}

/** What to tell the reader whose system lacks `missing`: one command for each kind of system. */
export function installMessage(missing: readonly Requirement[]): string {
  const packages = (system: System) => packagesOf(missing, system).join(" ");
  return [
    "The tests run against real servers, and these programs were not found:",
    ...missing.map(({ name, programs }) => `  ${name} (${programs.join(" or ")})`),
    "Install them with one of:",
    `  Debian:   sudo apt-get install ${packages("debian")}`,
    `  Fedora:   sudo dnf install ${packages("fedora")}`,
    `  Homebrew: brew install ${packages("homebrew")}`,
  ].join("\n");
}

/** The packages of all that is missing, each of them once. */
function packagesOf(missing: readonly Requirement[], system: System): readonly string[] {
  return [...new Set(missing.flatMap(({ packages }) => packages[system]))];
}

function find({ programs, folders }: Requirement): string | undefined {
  return findProgram(programs, folders);
}

function fail(missing: readonly Requirement[], cause?: unknown): never {
  throw new Error(installMessage(missing), { cause });
}

function expand(pattern: string): string[] {
  const [start = "", ...parts] = pattern.split("/");
  return parts.reduce(
    (folders, part) => folders.flatMap((folder) => matches(folder, part)),
    [start],
  );
}

function matches(folder: string, part: string): string[] {
  if (!part.includes("*")) return [`${folder}/${part}`];
  const [before = "", after = ""] = part.split("*");
  return entries(`${folder}/`)
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((name) => `${folder}/${name}`);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
