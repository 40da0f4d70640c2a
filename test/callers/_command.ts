import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { ensureInstalled, type Requirement } from "../servers/_install.ts";

/** Runs a command of a page in a shell that finds the program, and resolves to its exit code. */
export async function exitOf(command: string, requirement: Requirement): Promise<number> {
  const folder = dirname(await ensureInstalled(requirement));
  const child = spawn("sh", ["-c", command], {
    stdio: "ignore",
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
  });
  const [code] = await once(child, "close");
  return Number(code);
}
