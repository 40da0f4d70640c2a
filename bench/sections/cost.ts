import { Agent, get } from "node:http";
import { Contestant, type Entry } from "../measure/contestant.ts";
import { fixed, table, whole } from "../table.ts";
import type { Section } from "./bench.ts";
import { type Databases, withDatabases } from "./databases.ts";
import { HALE, PEERS } from "./entries.ts";

const PROBES = 1000;
const AT_A_TIME = 100;

/** Measures the calls of 1000 probes, as the dependencies count them. */
export const cost: Section = (bench) =>
  withDatabases(async (databases) => {
    const rows: string[][] = [];
    for (const entry of [HALE, ...PEERS]) {
      bench.progress(`cost: ${PROBES} probes to ${entry.name}`);
      const { seconds, calls } = await probe(entry, databases, bench.signal);
      rows.push([entry.name, `${fixed(seconds, 2)} s`, whole(calls.postgres), whole(calls.redis)]);
    }
    bench.print(`### Dependency calls of ${PROBES} deep probes`);
    bench.print(table(["server", "time taken", "PostgreSQL statements", "Redis `PING`s"], rows));
    bench.print(
      `${AT_A_TIME} probes at a time, from a cold start, all answered with 200. The calls are those that the databases have counted themselves: \`pg_stat_statements\` and \`INFO commandstats\`.`,
    );
  });

async function probe(entry: Entry, databases: Databases, signal: AbortSignal) {
  const contestant = await Contestant.start(entry, databases.urls);
  try {
    await databases.resetCalls();
    const begun = performance.now();
    await askOften(`http://127.0.0.1:${contestant.port}/health/deep`, signal);
    const seconds = (performance.now() - begun) / 1000;
    return { seconds, calls: await databases.calls() };
  } finally {
    await contestant.stop();
  }
}

async function askOften(url: string, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  let left = PROBES;
  const askInTurn = async () => {
    while (left-- > 0) {
      signal.throwIfAborted();
      await ask(url, agent);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, askInTurn));
  } finally {
    agent.destroy();
  }
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      if (response.statusCode === 200) response.on("end", resolve).on("error", reject);
      else reject(new Error(`${url} has answered with ${response.statusCode}.`));
    });
    request.on("error", reject);
  });
}
