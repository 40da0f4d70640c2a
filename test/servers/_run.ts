import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** The user that a program runs as; absent, it is the user that runs the tests. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface RunOptions {
  /** What the program reads from its standard input. */
  input?: string;
  user?: User | undefined;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/**
 * Runs a program to its end and returns its standard output.
 *
 * Rejects with all that it printed when it cannot start or exits with anything but 0.
 */
export async function run(
  command: string,
  args: readonly string[],
  { input = "", user, ...options }: RunOptions = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, ...user, stdio: "pipe" });
  // A program that ends without reading its input is judged by its exit code alone.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  if (code === 0) return output;
  throw new Error(`${command} ${args.join(" ")} exited with ${code}:\n${output}${complaints}`);
}

/** The user for servers that refuse to run as root; `undefined` when the tests do not either. */
export async function unprivilegedUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([run("id", ["-u", "nobody"]), run("id", ["-g", "nobody"])]);
  return { uid: Number(uid), gid: Number(gid) };
}
