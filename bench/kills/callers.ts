import { Agent, request } from "node:http";
import type { Chance } from "../../test/scenarios/_chance.ts";

/** What became of one request. */
export interface Sent {
  /** When it was begun, and when the kernel had all of it; `undefined` where it never had. */
  readonly begunAt: number;
  readonly sentAt: number | undefined;
  /** Whether an earlier request had used its connection. */
  readonly reused: boolean;
  /** `undefined` where it was answered whole. */
  readonly failure: string | undefined;
}

/** Milliseconds of the clock that all processes share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Milliseconds after which a request counts as lost. */
const PATIENCE = 20_000;

/** Sends requests at random moments, some over kept connections and some over new ones. */
export class Callers {
  readonly #port: number;
  readonly #chance: Chance;
  readonly #rate: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #underWay = new Set<Promise<void>>();
  #sending: NodeJS.Timeout | undefined;
  #probes: NodeJS.Timeout | undefined;
  readonly all: Sent[] = [];
  /** The statuses of readiness. */
  readonly probed: number[] = [];

  constructor(port: number, rate: number, chance: Chance) {
    this.#port = port;
    this.#rate = rate;
    this.#chance = chance;
    this.#next();
  }

  /** Asks for readiness every so many milliseconds; calls back with the number of 503s so far. */
  probe(interval: number, onRefusal: (count: number) => void): void {
    this.#probes = setInterval(() => {
      const asked = request({ port: this.#port, host: "127.0.0.1", path: "/readyz", agent: false });
      asked.setHeader("User-Agent", "prober");
      asked.on("response", (response) => {
        this.probed.push(response.statusCode ?? 0);
        response.resume();
        if (response.statusCode === 503) onRefusal(this.probed.filter((one) => one === 503).length);
      });
      asked.on("error", () => {});
      asked.end();
    }, interval);
  }

  stopSending(): void {
    clearTimeout(this.#sending);
  }

  async stop(): Promise<void> {
    this.stopSending();
    clearInterval(this.#probes);
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  /** A Poisson process: bursts and pauses come as they do. */
  #next(): void {
    const pause = (-Math.log(1 - this.#chance.next()) / this.#rate) * 1000;
    this.#sending = setTimeout(() => {
      const one: Promise<void> = this.#send().finally(() => this.#underWay.delete(one));
      this.#underWay.add(one);
      this.#next();
    }, pause);
  }

  #send(): Promise<void> {
    const kept = this.#chance.next() < 0.5;
    const wait = this.#chance.next() < 0.1 ? this.#chance.below(800) : this.#chance.below(20);
    const begunAt = sharedNow();
    let sentAt: number | undefined;
    return new Promise((resolve) => {
      const end = (failure?: string) => {
        this.all.push({ begunAt, sentAt, reused: asked.reusedSocket, failure });
        resolve();
      };
      const asked = request({
        port: this.#port,
        host: "127.0.0.1",
        path: `/?wait=${wait}`,
        agent: kept ? this.#agent : false,
      });
      asked.on("finish", () => {
        sentAt = sharedNow();
      });
      asked.setTimeout(PATIENCE, () => asked.destroy(new Error("no answer in 20 s")));
      asked.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      asked.on("response", (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text) => {
          body += text;
        });
        response.on("error", () => {});
        response.on("close", () => {
          const whole = response.statusCode === 200 && body === "whole";
          end(whole ? undefined : `${response.statusCode} "${body}"`);
        });
      });
      asked.end();
    });
  }
}
