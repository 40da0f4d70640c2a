import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { guard } from "../servers/_guard.ts";
import { HOST, reservePlace } from "../servers/_place.ts";
import { type RunningServer, runningServer } from "../servers/_running-server.ts";

/** A service in pm2's cluster mode. */
export interface Pm2Service {
  /** The path of the program of its processes. */
  readonly script: string;
  /** The arguments of the program, given its port and the folder of pm2. */
  readonly argsOf: (port: number, folder: string) => readonly string[];
  readonly instances: number;
  /**
   * Milliseconds that a process has between pm2's signal and SIGKILL.
   *
   * @default 20_000
   */
  readonly grace?: number | undefined;
}

/** Milliseconds that a process has to say that it is ready, and by default to end. */
const PATIENCE = 20_000;

const PM2 = fileURLToPath(new URL("../company/node_modules/pm2/bin/pm2", import.meta.url));

/**
 * A pm2 of its own, in the foreground, and its command `reload`, which ends when all processes are new ones. It is
 * one of the packages of `test/company`, which have to be installed.
 */
export async function startPm2({
  script,
  argsOf,
  instances,
  grace = PATIENCE,
}: Pm2Service): Promise<{ readonly server: RunningServer; reload(): Promise<void> }> {
  const place = await reservePlace();
  const { port, folder } = place;
  const config = join(folder, "pm2.config.cjs");
  const app = {
    name: "service",
    script: resolve(script),
    args: argsOf(port, folder),
    exec_mode: "cluster",
    instances,
    wait_ready: true,
    listen_timeout: PATIENCE,
    kill_timeout: grace,
  };
  await writeFile(config, `module.exports = ${JSON.stringify({ apps: [app] })};`);
  const env = { PM2_HOME: folder, KUBERNETES_SERVICE_HOST: "" };
  const startup = {
    args: [PM2, "start", config, "--no-daemon"],
    env,
    url: `http://${HOST}:${port}`,
    ready: async () => onlineIn(await server.log()) === instances,
  };
  const site = { ...place, program: process.execPath, user: undefined };
  const server: RunningServer = runningServer("pm2", site, startup, guard(folder));
  try {
    await server.restart();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    server,
    async reload() {
      const options = { env: { ...process.env, ...env } };
      await promisify(execFile)(process.execPath, [PM2, "reload", "service"], options);
    },
  };
}

/** How many processes have been ready, by what pm2 has logged. */
function onlineIn(log: string): number {
  return new Set(log.match(/(?<=App \[service:)\d+(?=\] online)/g)).size;
}
