import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { text } from "node:stream/consumers";
import { ensureInstalled, type Requirement } from "../servers/_install.ts";

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a command of a page in a shell that finds the program, wherever it is installed. */
export async function runCommand(command: string, requirement: Requirement): Promise<Ended> {
  const folder = dirname(await ensureInstalled(requirement));
  const child = spawn("sh", ["-c", command], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { code: Number(code), output };
}
