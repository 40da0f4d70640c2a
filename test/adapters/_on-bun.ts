import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll } from "vitest";
import type { Controlled } from "../../src/testing/controlled-audits.ts";
import { RUNTIMES } from "../runtimes/programs.ts";

/** Starts Bun for the tests of a file; what it returns starts an application of a framework there. */
export function onBun(framework: "hono" | "elysia"): () => Promise<Controlled> {
  let control = "";
  let stop = async () => {};

  beforeAll(async () => {
    const args = ["test/adapters/programs/on-bun.ts"];
    const child = spawn(RUNTIMES.bun, args, { stdio: ["ignore", "pipe", "pipe"] });
    stop = async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    control = await new Promise<string>((resolve, reject) => {
      let text = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          text += chunk;
          const [, url] = /^control (\S+)$/m.exec(text) ?? [];
          if (url !== undefined) resolve(url);
        });
      }
      child.on("error", reject);
      child.on("exit", () => reject(new Error(`Bun has ended:\n${text}`)));
    });
  });
  afterAll(() => stop());

  const tell = async (wish: string) => (await fetch(`${control}/${wish}`)).json();
  return async () => {
    const port = await tell(`start/${framework}`);
    return {
      base: `http://127.0.0.1:${port}`,
      set: (state) => tell(`set/${state}?port=${port}`),
      drain: () => tell(`drain?port=${port}`),
      seen: () => tell(`seen?port=${port}`),
      close: () => tell(`stop?port=${port}`),
    };
  };
}
