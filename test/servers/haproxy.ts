import { writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { HOST } from "./_place.ts";
import type { RunningServer } from "./_running-server.ts";
import { defineServer } from "./_server.ts";

export interface HaproxyOptions {
  /** Milliseconds from one health check of a replica to the next. */
  inter: number;
  /** Failed checks in a row after which a replica is given no more requests. */
  fall: number;
  /** Whether the replicas speak HTTP/2 without TLS. */
  http2: boolean;
  /** More sections of its configuration, given a port for a frontend of theirs: `sitePortOf`. */
  sections: (port: number) => string;
}

/** The replicas behind every HAProxy, whether they run or not. */
export const REPLICAS = ["a", "b"] as const;

export type Replica = (typeof REPLICAS)[number];

/** Without a host, which its checks leave out by default, HAProxy sends no check by HTTP/2 at all. */
const CHECK_BY_HTTP2 =
  "  http-check send meth GET uri /health/ready ver HTTP/2 hdr Host service.test\n";

/**
 * HAProxy in front of two replicas, at the first two ports after its own.
 *
 * It asks `GET /health/ready` of each, and sends no request a second time. Its log tells of failed
 * requests and of replicas that come and go: status, bytes, state at the end, replica, path.
 */
export const haproxy = defineServer<HaproxyOptions>({
  name: "HAProxy",
  programs: ["haproxy"],
  folders: ["/usr/sbin", "/usr/local/sbin"],
  packages: { debian: ["haproxy"], fedora: ["haproxy"], homebrew: ["haproxy"] },
  async start({ port, folder }, { inter = 200, fall = 2, http2 = false, sections }) {
    const config = join(folder, "haproxy.cfg");
    const replica = (name: Replica) =>
      `  server ${name} ${HOST}:${portOf(port, name)} ${http2 ? "proto h2 " : ""}check`;
    await writeFile(
      config,
      `global
  log stdout format raw local0
  stats socket ${socketIn(folder)} level admin
  nbthread 1
  maxconn 4000
defaults
  mode http
  log global
  log-format "%ST %B %tsc %s %HP"
  retries 0
  timeout check 5s
  timeout connect 5s
  timeout client 1h
  timeout server 1m
  timeout queue 5s
  timeout http-keep-alive 1h
frontend service
  bind ${HOST}:${port}
  default_backend replicas
backend replicas
  balance roundrobin
  option httpchk GET /health/ready
${http2 ? CHECK_BY_HTTP2 : ""}  default-server inter ${inter} fall ${fall} rise 1
${REPLICAS.map(replica).join("\n")}
${sections?.(sitePortOf(port)) ?? ""}`,
    );
    return {
      // In the foreground and as one process, so that its end is seen and its output kept.
      args: ["-db", "-f", config],
      url: `http://${HOST}:${port}`,
      async ready() {
        return (await command(folder, "show info").catch(() => "")).startsWith("Name: HAProxy");
      },
    };
  },
});

/** The port at which HAProxy looks for a replica, given its own. */
export function portOf(port: number, replica: Replica): number {
  return port + 1 + REPLICAS.indexOf(replica);
}

/** The port of the frontend in the sections that a test adds. */
export function sitePortOf(port: number): number {
  return port + 1 + REPLICAS.length;
}

/** Whether HAProxy gives requests to a replica. */
export async function isUp(proxy: RunningServer, replica: Replica): Promise<boolean> {
  // "UP 1/3" is one whose newest checks have failed, yet fewer than it takes.
  return (await statistic(proxy, "replicas", replica, "status")).startsWith("UP");
}

/** One of the figures that HAProxy keeps of a server, such as `status` or `weight`. */
export async function statistic(
  { folder }: RunningServer,
  backend: string,
  server: string,
  column: string,
): Promise<string> {
  const [head = "", ...rows] = (await command(folder, "show stat")).split("\n");
  const row = rows
    .map((line) => line.split(","))
    .find(([proxy, name]) => proxy === backend && name === server);
  if (row === undefined) throw new Error(`HAProxy knows of no "${server}" in "${backend}".`);
  return row[head.split(",").indexOf(column)] ?? "";
}

/** Replicas start as up for HAProxy, before it has asked them; this makes them down until it has. */
export async function markDown({ folder }: RunningServer): Promise<void> {
  for (const replica of REPLICAS)
    await command(folder, `set server replicas/${replica} health down`);
}

function socketIn(folder: string): string {
  return join(folder, "admin.sock");
}

/** Milliseconds until a busy HAProxy is asked once more. */
const PAUSE = 200;

/** What HAProxy answers to a command of its operator. */
async function command(folder: string, line: string, tries = 25): Promise<string> {
  const socket = createConnection(socketIn(folder));
  socket.setTimeout(10_000, () => socket.destroy(new Error("HAProxy stays silent.")));
  socket.write(`${line}\n`);
  try {
    return await text(socket);
  } catch (error) {
    // A busy one ends a connection before it has read the command.
    if (tries <= 1) throw error;
    await delay(PAUSE);
    return command(folder, line, tries - 1);
  }
}
