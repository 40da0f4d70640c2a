import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ask } from "../_support/ask.ts";
import { redis } from "../servers/redis.ts";

/** The length of a soak. */
export interface SoakOptions {
  /** Configurations that are loaded, every second one of which is wrong. */
  readonly reloads: number;
  /** Milliseconds over which they are spread; 0 for one after the other. */
  readonly lasting: number;
}

/** The resources of the process at one moment. */
export interface Resources {
  /** Resident memory, in MiB. */
  readonly memory: number;
  /** Open descriptors. */
  readonly handles: number;
  readonly threads: number;
}

/** The figures of a soak. */
export interface Tally {
  readonly reloaded: number;
  readonly refused: number;
  /** Probes that received a response. */
  readonly probes: number;
  /** Probes whose connection failed. */
  readonly unanswered: number;
  /** Responses of liveness other than 200, and of the other probes other than 200 and 503. */
  readonly unexpected: number;
  /** How often deep was 503: while a dependency was down. */
  readonly failures: number;
  /** How often a dependency was killed, frozen or brought back. */
  readonly faults: number;
  /** After a tenth of the reloads. */
  readonly early: Resources;
  /** Half a minute after the last of them at most, when what was replaced has been closed. */
  readonly late: Resources;
  /** The highest memory of all looks. */
  readonly peak: number;
}

/** Runs `hale serve` under probes and faults while its configuration changes, and half of the time is wrong. */
export async function soak({ reloads, lasting }: SoakOptions): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), "hale-soak-"));
  const server = await redis.start();
  const beside = createServer((_request, response) => response.end("ok"));
  beside.listen(0, "127.0.0.1");
  await once(beside, "listening");
  const { port } = beside.address() as AddressInfo;
  const file = join(folder, "hale.yaml");
  const config = (index: number) => `
checks:
  cache: "${server.url}"
  jobs: { queue: jobs, url: "${server.url}", waiting: { degraded: ${index + 1} } }
  upstream: { http: "http://127.0.0.1:${port}/${index}", critical: false }
  command: { exec: ["true"], interval: 1s, timeout: 5s }
defaults: { maxAge: 100ms }
${index % 4 === 3 ? "log: loud" : index % 2 === 1 ? "checks: {}" : ""}
`;
  writeFileSync(file, config(0));
  const child = spawn(
    process.execPath,
    [
      join(process.cwd(), "dist/hale.cjs"),
      "serve",
      "--config",
      file,
      "--port",
      "0",
      "--host",
      "127.0.0.1",
    ],
    { stdio: ["ignore", "pipe", "pipe"], cwd: join(process.cwd(), "test") },
  );
  const log = followLog(child);
  try {
    const url = await log.url();
    return await run({ child, url, log, file, config, server, reloads, lasting });
  } finally {
    child.kill("SIGKILL");
    beside.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface SoakRun extends SoakOptions {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: ReturnType<typeof followLog>;
  readonly file: string;
  readonly config: (index: number) => string;
  readonly server: Awaited<ReturnType<typeof redis.start>>;
}

async function run(soak: SoakRun): Promise<Tally> {
  const { child, url, log, file, config, server, reloads, lasting } = soak;
  const pid = child.pid ?? 0;
  let over = false;
  const seen = { probes: 0, unanswered: 0, unexpected: 0, failures: 0, faults: 0, peak: 0 };
  const prober = async (path: string, expected: readonly number[]) => {
    while (!over) {
      try {
        const { status } = await ask(url, "GET", path);
        seen.probes++;
        if (!expected.includes(status)) seen.unexpected++;
        if (path === "/health/deep" && status === 503) seen.failures++;
      } catch {
        seen.unanswered++;
      }
      await pause(20);
    }
  };
  const faulty = async () => {
    const faults = [
      () => server.pause(),
      () => server.resume(),
      () => server.kill(),
      () => server.restart(),
    ];
    for (let index = 0; !over || index % faults.length !== 0; index++) {
      await faults[index % faults.length]?.();
      seen.faults++;
      await pause(Math.max(300, lasting / 200));
    }
  };
  const going = [
    prober("/health/live", [200]),
    prober("/health/ready", [200, 503]),
    prober("/health/deep", [200, 503]),
    faulty(),
  ];
  let early: Resources | undefined;
  for (let index = 1; index <= reloads; index++) {
    writeFileSync(file, config(index));
    child.kill("SIGHUP");
    await log.lines(index);
    const now = resourcesOf(pid);
    seen.peak = Math.max(seen.peak, now.memory);
    if (index === Math.ceil(reloads / 10)) early = now;
    await pause(lasting / reloads);
  }
  over = true;
  await Promise.all(going);
  const before = early ?? resourcesOf(pid);
  let late = resourcesOf(pid);
  // What was replaced last is closed after its deadline.
  for (let look = 0; look < 60 && late.handles > before.handles; look++) {
    await pause(500);
    late = resourcesOf(pid);
  }
  return { ...seen, ...log.counts(), early: before, late };
}

/** Reads the log: one line for each configuration that was taken, and one for each that was not. */
function followLog(child: ChildProcess) {
  let text = "";
  let wake = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
      wake();
    });
  }
  child.on("exit", (code) => {
    text += `the process has ended with ${code}\n`;
    wake();
  });
  const count = (words: string) => text.split(words).length - 1;
  const counts = () => ({
    reloaded: count("configuration reloaded"),
    refused: count("configuration refused"),
  });
  const until = async (isMet: () => boolean) => {
    while (!isMet()) {
      if (text.includes("the process has ended")) throw new Error(text.slice(-2000));
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    counts,
    async url() {
      await until(() => /at http:\S+\/, with/.test(text));
      return /at (http:\S+\/), with/.exec(text)?.[1] ?? "";
    },
    lines: (wanted: number) =>
      until(() => {
        const { reloaded, refused } = counts();
        return reloaded + refused >= wanted;
      }),
  };
}

function resourcesOf(pid: number): Resources {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const figure = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return {
    memory: Math.round(figure("VmRSS") / 1024),
    threads: figure("Threads"),
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
