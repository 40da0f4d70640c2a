import { readdir } from "node:fs/promises";
import type { Server } from "./_server.ts";

/** Every kind of server that a file of this folder exports. */
export async function allServers(): Promise<Server<object>[]> {
  const names = await readdir(new URL(".", import.meta.url));
  const kinds = names.filter((name) => /^[^_].*(?<!\.test)\.ts$/.test(name));
  const modules: object[] = await Promise.all(
    kinds.map((name) => import(new URL(name, import.meta.url).href)),
  );
  return modules.flatMap((module) => Object.values(module).filter(isServer));
}

function isServer(value: unknown): value is Server<object> {
  return typeof value === "object" && value !== null && "requirement" in value;
}
