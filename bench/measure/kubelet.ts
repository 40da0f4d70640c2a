import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds after which the kubelet gives up, unless it is told otherwise. */
const PATIENCE = 1000;

/** The results of probes. */
export interface Probed {
  readonly probes: number;
  /** Those without an answer of 200 in time. */
  readonly missed: number;
  /** The 99th percentile of those that were answered in time, in milliseconds. */
  readonly p99: number;
}

/** The pace of a kubelet, and how it probes. */
export interface Pace {
  /** Milliseconds between two probes. */
  readonly every: number;
  readonly seconds: number;
  /**
   * Probes once, and resolves to the milliseconds that took; to `undefined` for a probe that was missed.
   *
   * @default `GET /livez`
   */
  readonly probe?: (port: number) => Promise<number | undefined>;
}

/** Asks as the kubelet does, again and again, whether or not the one before was answered. */
export async function probeAsKubelet(
  port: number,
  { every, seconds, probe = probeHttp }: Pace,
  signal: AbortSignal,
): Promise<Probed> {
  const asked: Promise<number | undefined>[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    asked.push(probe(port));
    await delay(every, undefined, { signal });
  }
  const times = (await Promise.all(asked)).filter((time) => time !== undefined);
  times.sort((one, other) => one - other);
  return {
    probes: asked.length,
    missed: asked.length - times.length,
    p99: times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN,
  };
}

/** Milliseconds that one probe took; `undefined` for one that was missed. */
function probeHttp(port: number): Promise<number | undefined> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const request = get(
      {
        host: "127.0.0.1",
        // As a kubelet, from an address of its own.
        localAddress: "127.0.0.2",
        port,
        path: "/livez",
        agent: false,
        headers: { Connection: "close", "User-Agent": "kube-probe/1.30", Accept: "*/*" },
      },
      (response) => {
        response.resume();
        response.on("error", () => resolve(undefined));
        response.on("end", () => {
          clearTimeout(patience);
          resolve(response.statusCode === 200 ? performance.now() - begun : undefined);
        });
      },
    );
    const patience = setTimeout(() => request.destroy(), PATIENCE);
    request.on("error", () => {
      clearTimeout(patience);
      resolve(undefined);
    });
  });
}

/** Asks for readiness with details, and returns for how many milliseconds it says the loop has not turned. */
export async function saidToStall(port: number): Promise<number | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
    headers: { Authorization: "Bearer 0123456789abcdef" },
  });
  const seconds = /turned for ([\d.]+) s/.exec(await response.text())?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
