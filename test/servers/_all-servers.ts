import { readdir } from "node:fs/promises";
import type { Server } from "./_server.ts";

/** Every kind of server that a file of this folder exports. */
export async function allServers(): Promise<Server<object>[]> {
  return [...(await serversByFile()).values()].flat();
}

/** The kinds of server by the URL of the file that exports them. */
export async function serversByFile(): Promise<ReadonlyMap<string, readonly Server<object>[]>> {
  const names = await readdir(new URL(".", import.meta.url));
  const files = names
    .filter((name) => /^[^_].*(?<!\.test)\.ts$/.test(name))
    .map((name) => new URL(name, import.meta.url).href);
  return new Map(
    await Promise.all(files.map(async (file) => [file, await serversOf(file)] as const)),
  );
}

/** The kinds of server that one file exports. */
export async function serversOf(file: string): Promise<readonly Server<object>[]> {
  return Object.values((await import(file)) as object).filter(isServer);
}

function isServer(value: unknown): value is Server<object> {
  return typeof value === "object" && value !== null && "requirement" in value;
}
