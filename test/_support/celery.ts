import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { ensureInstalled } from "../servers/_install.ts";
import { run } from "../servers/_run.ts";
import { makeFolder } from "./folder.ts";

const FOLDER = fileURLToPath(new URL("../checks/programs/celery", import.meta.url));

/** A service with Celery, over a broker of the tests. */
export interface CeleryService {
  /** Puts tasks into its queue, each with a priority. */
  send(...priorities: number[]): Promise<void>;
  /** Starts a worker; what is returned ends it. */
  work(): Promise<() => Promise<void>>;
}

/** Prepares Celery for a broker; its workers end with the test. */
export async function startCelery(broker: string): Promise<CeleryService> {
  await ensureInstalled({
    name: "Celery",
    programs: ["celery"],
    packages: {
      debian: ["celery", "python3-redis"],
      fedora: ["python3-celery", "python3-redis"],
      homebrew: ["celery"],
    },
  });
  const python = await pythonWithCelery();
  const settings = {
    cwd: FOLDER,
    env: { ...process.env, BROKER: broker, PYTHONDONTWRITEBYTECODE: "1" },
  };
  return {
    async send(...priorities) {
      const calls = priorities.map((priority) => `mail.apply_async(("a",), priority=${priority})`);
      await run(python, ["-c", ["from shop import mail", ...calls].join("\n")], settings);
    },
    async work() {
      const state = `${makeFolder()}/worker`;
      const flags = ["--pool", "solo", "--loglevel", "error", "--statedb", state];
      const worker = spawn(python, ["-m", "celery", "-A", "shop", "worker", ...flags], {
        ...settings,
        stdio: "ignore",
      });
      const ended = once(worker, "exit");
      const end = async () => {
        worker.kill("SIGKILL");
        await ended;
      };
      onTestFinished(end);
      return end;
    },
  };
}

/** The Python that Celery is installed for, which may be another than the one on PATH. */
async function pythonWithCelery(): Promise<string> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    const has = run(python, ["-c", "import celery"]);
    if (
      await has.then(
        () => true,
        () => false,
      )
    )
      return python;
  }
  throw new Error("No Python has the package celery.");
}
