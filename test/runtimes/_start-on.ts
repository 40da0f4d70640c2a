import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { startProgram } from "../_support/program.ts";
import { HOST, reservePlace } from "../servers/_place.ts";
import { until } from "../servers/_until.ts";
import { RUNTIMES } from "./programs.ts";

/** The commands that run a program of Node's kind. */
export const COMMANDS = {
  node: [process.execPath],
  "the newest node": [RUNTIMES.node],
  bun: [RUNTIMES.bun, "run"],
  deno: [RUNTIMES.deno, "run", "--no-config", "--no-lock", "-A"],
} as const;

/** Starts a program of this folder on a runtime; it ends with the test. */
export async function startOn(
  runtime: keyof typeof COMMANDS,
  program: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { port, folder } = await reservePlace();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = `test/runtimes/programs/${program}.mjs`;
  const started = startProgram(file, {
    through: COMMANDS[runtime],
    env: { PORT: String(port), DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1", ...environment },
  });
  await started.line("listening");
  return `http://${HOST}:${port}`;
}

/** Starts the worker of this folder on workerd, with a compatibility date; it ends with the test. */
export async function startOnWorkerd(date: string): Promise<string> {
  const { port, folder } = await reservePlace();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const programs = "test/runtimes/programs";
  mkdirSync(join(folder, programs), { recursive: true });
  cpSync("dist", join(folder, "dist"), { recursive: true });
  cpSync(programs, join(folder, programs), { recursive: true });
  const modules = [
    `${programs}/worker.mjs`,
    `${programs}/service.mjs`,
    `${programs}/clients.mjs`,
    `${programs}/base.mjs`,
    "dist/index.js",
    "dist/adapters/fetch.js",
    "dist/checks/index.js",
    ...readdirSync("dist/shared")
      .filter((file) => file.endsWith(".js"))
      .map((file) => `dist/shared/${file}`),
  ];
  const base = `http://${HOST}:${port}`;
  writeFileSync(join(folder, programs, "base.mjs"), `export const base = "${base}";\n`);
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["local", "private"])),
  ],
  sockets = [(name = "http", address = "${HOST}:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  compatibilityDate = "${date}",
  modules = [
${modules.map((name) => `    (name = "${name}", esModule = embed "${name}"),`).join("\n")}
  ],
);
`,
  );
  const through = [RUNTIMES.workerd, "serve"];
  const started = startProgram(join(folder, "config.capnp"), { through });
  let over = false;
  void started.ended.then(() => {
    over = true;
  });
  await until("workerd answers", async () => {
    // Fails with what it printed when it has ended.
    if (over) await started.line("answers");
    return fetch(`${base}/control/runtime`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return base;
}
