import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { spreadOf } from "../measure/statistics.ts";
import { fixed, table } from "../table.ts";
import type { Section } from "./bench.ts";

const CLIENTS = fileURLToPath(new URL("../measure/pipelining-clients.mjs", import.meta.url));
const CLOSED = fileURLToPath(new URL("../measure/closed-thread.mjs", import.meta.url));
const SERIES = 25;
const CONNECTIONS = 10;

/** How the probe thread ends while clients send requests without a pause. */
export const closes: Section = async ({ effort, signal, print, progress }) => {
  const times = SERIES * Math.max(1, Math.round(0.8 * effort.starts * effort.rounds));
  const rows: string[][] = [];
  for (const way of ["close", "SIGTERM", "exit"] as const) {
    progress(`closes: ${times} × ${way}`);
    const port = await freePort();
    const clients = fork(CLIENTS, [String(port), String(CONNECTIONS)], { execArgv: [] });
    try {
      rows.push(await endedBy(way, port, times, signal));
    } finally {
      if (clients.connected) clients.disconnect();
    }
  }
  print("### Ends under load");
  print(table(["the thread is ended by", "times", "processes that aborted", "took"], rows));
  print(
    `${CONNECTIONS} connections send 16 requests at a time all the while. \`close()\` is called ${SERIES} times in a process; SIGTERM, with \`gracefulShutdown\`, and \`process.exit()\` end one each. Load average ${fixed(loadavg()[0] ?? 0, 2)} at the end.`,
  );
};

async function endedBy(
  way: "close" | "SIGTERM" | "exit",
  port: number,
  times: number,
  signal: AbortSignal,
): Promise<string[]> {
  const took: number[] = [];
  let aborted = 0;
  for (let done = 0; done < times; done += way === "close" ? SERIES : 1) {
    const child = spawn(process.execPath, [CLOSED, way, String(port), String(SERIES)], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      signal,
    });
    child.on("message", ({ milliseconds }: { milliseconds: number }) => took.push(milliseconds));
    if (way === "SIGTERM") {
      await once(child, "message");
      took.pop();
      await delay(20);
      const sent = performance.now();
      child.kill("SIGTERM");
      aborted += await abortsOf(child);
      took.push(performance.now() - sent);
    } else aborted += await abortsOf(child);
  }
  const { median, least, most } = spreadOf(took);
  return [
    way === "close" ? "`close()`" : way === "exit" ? "`process.exit()`" : way,
    String(times),
    String(aborted),
    `${fixed(median, 0)} ms (${fixed(least, 0)}–${fixed(most, 0)})`,
  ];
}

/** 1 where a process ends otherwise than with 0. */
async function abortsOf(child: ChildProcess): Promise<number> {
  const [code] = await once(child, "close");
  return code === 0 ? 0 : 1;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  server.close();
  await once(server, "close");
  return port;
}
