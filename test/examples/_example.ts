import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { ask } from "../_support/ask.ts";
import { makeFolder } from "../_support/folder.ts";
import type { Program } from "../_support/program.ts";
import { blocksOf } from "../house/_pages.ts";
import { until } from "../servers/_until.ts";

/** Where the packages of the tests are, and the compiler of the repository. */
const INSTALLED = ["test/node_modules", "node_modules"].map((folder) => resolve(folder));

/** The folder of an installed package, or nothing. */
function installed(name: string): string | undefined {
  return INSTALLED.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
}

/** A copy of an example in a folder outside of the repository, as a user has it. */
export interface Example {
  readonly folder: string;
  /** The lines of the commands of its page. */
  readonly commands: readonly string[];
}

/** Packs what was built last, for the tests of one file; returns what gives the unpacked folder. */
export function packHale(): () => string {
  let folder = "";
  beforeAll(() => {
    if (!existsSync("dist/node.js")) throw new Error("Build it first: npm run build");
    folder = mkdtempSync(join(tmpdir(), "hale-packed-"));
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const [packed] = JSON.parse(execFileSync("npm", args, { encoding: "utf8", stdio: "pipe" }));
    execFileSync("tar", ["-xzf", join(folder, packed.filename), "-C", folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => join(folder, "package");
}

/** The packages that an example says to install: by its manifest, else by the commands of its page. */
export function packagesOf(name: string): string[] {
  const manifest = join("examples", name, "package.json");
  if (existsSync(manifest)) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(manifest, "utf8"));
    return Object.keys({ ...dependencies, ...devDependencies });
  }
  const lines = commandsOf(name);
  const install = lines.find((command) => /^(?:npm install|bun add) /.test(command));
  if (install !== undefined) return install.split(" ").slice(2);
  return [...lines.join("\n").matchAll(/ -p (\S+)/g)].map(([, one = ""]) => one);
}

/** The words of the command of the image of an example. */
export function imageCommandOf(name: string): string[] {
  const file = readFileSync(join("examples", name, "Dockerfile"), "utf8");
  return JSON.parse(/^CMD (.*)$/m.exec(file)?.[1] ?? "[]");
}

/** The lines of the commands of the page of an example. */
export function commandsOf(name: string): string[] {
  return blocksOf(join("examples", name, "README.md"))
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => code.trim().split("\n"));
}

/**
 * Copies an example, and puts the packed hale and the packages that its page names beside it. With
 * `whole` these are real folders with all that they depend on, for builds that follow no link.
 */
export function makeExample(name: string, hale: string, { whole = false } = {}): Example {
  const folder = join(makeFolder(), name);
  cpSync(join("examples", name), folder, { recursive: true });
  const modules = join(folder, "node_modules");
  const names = packagesOf(name).filter((one) => one !== "hale");
  for (const one of whole ? withDependencies(names) : names) {
    const source = installed(one);
    if (source === undefined) throw new Error(`The tests do not install ${one}.`);
    const target = join(modules, one);
    mkdirSync(dirname(target), { recursive: true });
    if (whole) linkFiles(source, target);
    else symlinkSync(source, target);
  }
  cpSync(hale, join(modules, "hale"), { recursive: true });
  return { folder, commands: commandsOf(name) };
}

/** The names of packages, and of all installed ones that they depend on. */
function withDependencies(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    const folder = installed(name);
    if (found.has(name) || folder === undefined) continue;
    found.add(name);
    const manifest = readFileSync(join(folder, "package.json"), "utf8");
    const { dependencies, optionalDependencies } = JSON.parse(manifest);
    withDependencies(Object.keys({ ...dependencies, ...optionalDependencies }), found);
  }
  return found;
}

/** Makes the files of a folder appear in another one; copies them where the file system is another. */
function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFiles(source, target);
    else {
      try {
        linkSync(source, target);
      } catch {
        cpSync(source, target);
      }
    }
  }
}

/** Asks a path until it is answered with this status, and this body if one is given. */
export async function untilAnswers(
  base: string,
  path: string,
  status: number,
  body?: string,
): Promise<void> {
  let last = "nothing";
  const what = () => `${path} to be ${status} ${body ?? ""}; it was ${last}`;
  await until(`${base}${path}`, async () => {
    const reply = await ask(base, "GET", path).catch(() => undefined);
    if (reply !== undefined) last = `${reply.status} ${reply.body}`;
    return reply?.status === status && (body === undefined || reply.body === body);
  }).catch((cause: unknown) => {
    throw new Error(`Waited in vain for ${what()}.`, { cause });
  });
}

/** Ends a service as a load balancer sees it: it goes on until the prober was told, and ends with 0. */
export async function endsWell(
  program: Program,
  probes: string,
  application?: string,
): Promise<readonly string[]> {
  for (let probe = 0; probe < 2; probe++) await untilAnswers(probes, "/health/ready", 200);
  program.signal("SIGTERM");
  await untilAnswers(probes, "/health/ready", 503);
  if (application !== undefined) expect((await ask(application, "GET", "/")).status).toBe(200);
  for (let told = 0; told < 2; told++) await untilAnswers(probes, "/health/ready", 503);
  const { code, signal, lines } = await program.ended;
  expect({ code, signal, lines }).toMatchObject({ code: 0, signal: null });
  return lines;
}
