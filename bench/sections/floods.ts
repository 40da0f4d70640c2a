import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { Contestant, type Entry } from "../measure/contestant.ts";
import { GENERATOR_CORE, pinned, SERVER_CORE } from "../measure/cores.ts";
import { probeAsKubelet } from "../measure/kubelet.ts";
import { fixed, table } from "../table.ts";
import type { Section } from "./bench.ts";
import { HALE, HALE_IN_THREAD, HALE_LISTENING } from "./entries.ts";

const CLIENTS = fileURLToPath(new URL("../measure/flood-clients.mjs", import.meta.url));
const EVERY = 50;

/** What clients do, and how many there are at a time. */
const FLOODS = [
  { kind: "pipelined", name: "200 KB of requests at once, unread", connections: 60 },
  { kind: "pipelined", name: "the same", connections: 150 },
  { kind: "permitted", name: "16 requests at a time, read", connections: 150 },
  { kind: "large heads", name: "16 heads of 13 KB at once, unread", connections: 150 },
  { kind: "slow", name: "heads that come byte by byte", connections: 1000 },
  { kind: "idle", name: "nothing", connections: 10_000 },
] as const;

/** Probes of a server whose port is flooded by strangers. */
export const floods: Section = async ({ effort, signal, print, progress }) => {
  const seconds = effort.starts * effort.rounds * effort.seconds * 2;
  const rows: string[][] = [];
  for (const entry of [HALE_IN_THREAD, HALE_LISTENING, HALE]) {
    for (const { kind, name, connections } of FLOODS) {
      progress(`floods: ${entry.name}, ${connections} × ${kind}, ${seconds} s`);
      rows.push([
        entry.name,
        name,
        String(connections),
        ...(await flood(entry, { kind, connections, seconds }, signal)),
      ]);
    }
  }
  print("### Floods at the port of probes");
  print(
    table(
      ["server", "each client sends", "clients", "probes", "missed", "p99 of the others", "memory"],
      rows,
    ),
  );
  print(
    `A probe every ${EVERY} ms for ${seconds} s beside each flood: \`GET /livez\`, a connection of its own, 1 s of patience. The server has a core; the clients, who give way to the prober, share the other one with it. Memory is the most that the process held (RSS). Load average ${fixed(loadavg()[0] ?? 0, 2)} at the end.`,
  );
};

interface Flood {
  readonly kind: string;
  readonly connections: number;
  readonly seconds: number;
}

async function flood(entry: Entry, { kind, connections, seconds }: Flood, signal: AbortSignal) {
  const contestant = await Contestant.start(entry, {}, SERVER_CORE);
  const port = contestant.probePort;
  const args = [CLIENTS, kind, String(port), String(connections), String(seconds)];
  // They give way to the prober, which is not to be late because of them.
  const [command, rest] = pinned(GENERATOR_CORE, "nice", ["-n", "10", process.execPath, ...args]);
  const clients = spawn(command, rest, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(clients, "exit");
  let memory = 0;
  const looks = setInterval(() => {
    memory = Math.max(memory, residentMemory(contestant.pid));
  }, 100);
  try {
    const { probes, missed, p99 } = await probeAsKubelet(port, { every: EVERY, seconds }, signal);
    return [String(probes), String(missed), `${fixed(p99, 1)} ms`, `${fixed(memory / 1e6, 0)} MB`];
  } finally {
    clearInterval(looks);
    clients.kill("SIGKILL");
    await ended;
    await contestant.stop();
  }
}

/** Bytes that a process holds; 0 once it is gone. */
function residentMemory(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  } catch {
    return 0;
  }
}
