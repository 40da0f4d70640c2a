import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import { type Tool, toolPath } from "../servers/_tools.ts";

/** Runs a command of a page in a shell that finds the tool, in some folder, and resolves to its exit code. */
export async function exitOf(command: string, tool: Tool, cwd = "."): Promise<number> {
  const folder = dirname(toolPath(tool));
  const child = spawn("sh", ["-c", command], {
    cwd,
    stdio: "ignore",
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
  });
  const [code] = await once(child, "close");
  return Number(code);
}
