import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { attach } from "../../src/adapters/node.ts";
import { defineCheck } from "../../src/contract/check.ts";
import type { Health } from "../../src/contract/health.ts";
import type { HealthServer } from "../../src/contract/health-server.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { serve } from "../_support/serve.ts";
import { reservePlace } from "../servers/_place.ts";

/** How a service can be, in the order of the pages' tables. */
export const STATES = ["up", "degraded", "down", "starting", "draining"] as const;

export type State = (typeof STATES)[number];

export interface ReplicaOptions {
  /**
   * What the application answers.
   *
   * @default "a"
   */
  name?: string;
  /** Of its health, besides the one check. */
  health?: HealthOptions;
  /** Opens the port that belongs to the health. */
  open?(health: Health, port: number): Promise<Pick<HealthServer, "port" | "close">>;
  /** Answers requests of the application with 503 while the service is not ready. */
  refuses?: boolean;
}

/** A replica of a service that callers probe, in the state that the test wants. */
export interface Replica {
  readonly port: number;
  /** The port that belongs to the health alone. */
  readonly ownPort: number;
  /** Brings it into this state, at the same ports. */
  becomes(state: State): Promise<void>;
  /** Every kind of probe that was sent, by its newest: first line and headers, as they came. */
  readonly probes: readonly string[];
  close(): Promise<void>;
}

/** Starts a replica that is up. */
export async function startReplica(options: ReplicaOptions = {}): Promise<Replica> {
  const { name = "a", open = openPort, refuses = false } = options;
  const requests = new Map<string, string>();
  const record = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    const mine = [port, own.port].includes(request.socket.localPort ?? 0);
    if (mine) requests.set(firstLineOf(request), textOf(request));
  };
  let health = healthIn("up", options.health);
  const server = createServer(async (request, response) => {
    requests.delete(firstLineOf(request));
    const ready = !refuses || (await health.report("readiness")).status !== "down";
    response.writeHead(ready ? 200 : 503).end(name);
  });
  let detach = attach(server, health);
  const { close } = await serve(server);
  const { port } = server.address() as AddressInfo;
  // The port stays its own between two states.
  const place = await reservePlace();
  let own = await open(health, place.port);
  subscribe("http.server.request.start", record);
  return {
    port,
    get ownPort() {
      return own.port;
    },
    async becomes(state) {
      detach();
      await Promise.all([health.close(), own.close()]);
      health = healthIn(state, options.health);
      detach = attach(server, health);
      own = await open(health, place.port);
    },
    get probes() {
      return [...requests.values()];
    },
    async close() {
      unsubscribe("http.server.request.start", record);
      await Promise.all([health.close(), own.close(), close()]);
      await rm(place.folder, { recursive: true, force: true });
    },
  };
}

const openPort = (health: Health, port: number) => listen(health, { port, host: "127.0.0.1" });

/** A health with one check, of a database. Results are not reused: every probe asks anew. */
function healthIn(state: State, options: HealthOptions = {}): Health {
  const status = state === "degraded" || state === "down" ? state : "up";
  const database = defineCheck({ scope: "dependency", run: () => ({ status }) });
  const health = createHealth({
    logger: false,
    checks: { database },
    ...options,
    defaults: { maxAge: 0 },
  });
  if (state === "starting") health.addStartupTask("load the prices", new Promise(() => {}));
  if (state === "draining") health.drain();
  return health;
}

function firstLineOf({ method, url, httpVersion }: IncomingMessage): string {
  return `${method} ${url} HTTP/${httpVersion}\n`;
}

function textOf(request: IncomingMessage): string {
  const headers = request.rawHeaders.map((part, index) => part + (index % 2 === 0 ? ": " : "\n"));
  return firstLineOf(request) + headers.join("");
}
