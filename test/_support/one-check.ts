import type { CheckReport } from "../../src/contract/report.ts";
import { type Program, startProgram } from "./program.ts";

/** A process of its own with one check, which does to itself what it is told. */
export interface OneCheck extends Program {
  /** Resolves to what the order returns, once it is done. */
  order<T = unknown>(order: string, argument?: unknown): Promise<T>;
  /** Runs the check once. */
  look(): Promise<CheckReport>;
}

/** Starts a process with one check of `hale/checks`; `through`: the command that runs its Node. */
export function startOneCheck(
  check: string,
  options: object,
  { env = {}, through = [] }: { env?: Record<string, string>; through?: readonly string[] } = {},
): OneCheck {
  const program = startProgram("test/checks/programs/one-check.mjs", {
    args: [JSON.stringify({ check, options })],
    channel: true,
    env,
    through: [...through, process.execPath],
  });
  const order = async <T>(name: string, argument?: unknown): Promise<T> => {
    const answered = new Promise<T>((resolve) => {
      const listener = (message: unknown) => {
        const [done, result] = message as [string, T];
        if (done !== name) return;
        program.child.off("message", listener);
        resolve(result);
      };
      program.child.on("message", listener);
    });
    program.child.send([name, argument]);
    const gone = program.ended.then(({ lines }): never => {
      throw new Error(`It has ended before "${name}" was done:\n${lines.join("\n")}`);
    });
    return Promise.race([answered, gone]);
  };
  return { ...program, order, look: () => order<CheckReport>("look") };
}

/** Runs a command in a mount namespace of its own, with an empty file system in memory at a folder. */
export function withTmpfs(folder: string, options: string): readonly string[] {
  const script = `mount -t tmpfs -o ${options} hale "$0" && exec "$@"`;
  const become = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  return ["unshare", ...become, "--mount", "sh", "-c", script, folder];
}
