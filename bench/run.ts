import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled } from "../test/servers/_install.ts";
import type { Entry } from "./measure/contestant.ts";
import { CORES, leaveServerCore } from "./measure/cores.ts";
import type { Effort } from "./measure/rounds.ts";
import type { Bench, Section } from "./sections/bench.ts";
import { HALE_EARLIER } from "./sections/entries.ts";
import { fixed } from "./table.ts";

const USAGE = `Measures hale beside bare node:http and its peers, in turns, and prints Markdown.

  npm run bench -- [section …] [options]

Sections, all but the last by default:
  liveness    requests a second over connections that are kept
  fresh       requests a second with a fresh connection for each
  deep        requests a second with real dependencies, 100 at a time
  processes   deep in ten processes, and in ten whose callers hang up at first
  formats     liveness in every format and state, as a multiple of a bare server
  cost        dependency calls of 1000 probes
  outage      20 probes of a database that stands still
  import      time to import hale in a fresh process
  command     processor and wall time of a probe that is a process of its own
  size        minified and gzipped size of hale
  busy        probes that are missed while the event loop stands still
  saturation  probes that are missed under load, and what the service loses by the thread
  thread      memory and start of the probe thread
  floods      probes that are missed while strangers flood the port
  figures     cost of counting an answer, and of a scrape of 50 checks
  closes      ends of the probe thread while requests come
  fleet       10,000 replicas in a real Prometheus: memory, rules, queries (by its name alone)

Options:
  --starts <n>   fresh starts of each server (2)
  --rounds <n>   runs of each server after each start (5)
  --seconds <n>  seconds of one run (1)
  --warm-up <n>  seconds of load on each server before anything counts (6)
  --quick        1 start and 2 rounds
  --before <dir> a checkout of an earlier version, built, that takes part in liveness, fresh and deep
  --help         this text`;

const FULL: Effort = { starts: 2, rounds: 5, seconds: 1, warmUp: 6 };
const QUICK: Effort = { starts: 1, rounds: 2, seconds: 1, warmUp: 1 };

/** Each is imported when it is asked for, so that one needs no more than it uses. */
const SECTIONS: Readonly<Record<string, () => Promise<Section>>> = {
  liveness: async () => (await import("./sections/throughput.ts")).liveness,
  fresh: async () => (await import("./sections/throughput.ts")).fresh,
  deep: async () => (await import("./sections/throughput.ts")).deep,
  processes: async () => (await import("./sections/processes.ts")).processes,
  formats: async () => (await import("./sections/formats.ts")).formats,
  cost: async () => (await import("./sections/cost.ts")).cost,
  outage: async () => (await import("./sections/outage.ts")).outage,
  import: async () => (await import("./sections/import.ts")).importTime,
  command: async () => (await import("./sections/command.ts")).command,
  size: async () => (await import("./sections/size.ts")).size,
  busy: async () => (await import("./sections/busy.ts")).busy,
  saturation: async () => (await import("./sections/saturation.ts")).saturation,
  thread: async () => (await import("./sections/thread.ts")).thread,
  floods: async () => (await import("./sections/floods.ts")).floods,
  figures: async () => (await import("./sections/figures.ts")).figures,
  closes: async () => (await import("./sections/closes.ts")).closes,
  fleet: async () => (await import("./sections/fleet.ts")).fleet,
};

/** Sections that are measured when they are named, and not by default: they take gigabytes. */
const ON_REQUEST = ["fleet"];

/** Sections that need the load generator, and those that need cores of their own. */
const LOADED = ["liveness", "fresh", "deep", "processes", "formats", "saturation"];
const PINNED = [...LOADED, "cost", "outage", "busy", "thread", "floods"];

const interruption = new AbortController();

async function main(): Promise<void> {
  const { sections, effort, before } = readArguments();
  if (sections.length === 0) return console.log(USAGE);
  if (!existsSync(new URL("../dist/index.js", import.meta.url))) {
    throw new Error("Build hale first: run `npm ci && npm run build` in the folder above.");
  }
  if (sections.some((name) => PINNED.includes(name))) leaveServerCore();
  if (sections.some((name) => LOADED.includes(name))) {
    await ensureInstalled({
      name: "wrk, the load generator",
      programs: ["wrk"],
      packages: { debian: ["wrk"], fedora: ["wrk"], homebrew: ["wrk"] },
    });
  }
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => interruption.abort(new Error(`Ended by ${name}.`)));
  }
  const bench: Bench = {
    effort,
    before,
    signal: interruption.signal,
    print: (markdown) => console.log(`${markdown}\n`),
    progress: (text) => console.error(text),
  };
  const [cpu] = cpus();
  bench.print(
    `Node ${process.version}, ${CORES} cores (${cpu?.model.trim()}), load average ${fixed(loadavg()[0] ?? 0, 2)} at the start.`,
  );
  for (const name of sections) {
    interruption.signal.throwIfAborted();
    const section = await SECTIONS[name]?.();
    await section?.(bench);
  }
}

function readArguments(): { sections: readonly string[]; effort: Effort; before?: Entry } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      starts: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      "warm-up": { type: "string" },
      quick: { type: "boolean", default: false },
      before: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !(name in SECTIONS));
  if (unknown !== undefined) throw new Error(`There is no section "${unknown}".\n\n${USAGE}`);
  const { starts, rounds, seconds, warmUp } = values.quick ? QUICK : FULL;
  const all = Object.keys(SECTIONS);
  return {
    ...(values.before !== undefined && { before: haleOf(values.before) }),
    sections: values.help
      ? []
      : all.filter((name) =>
          positionals.length === 0 ? !ON_REQUEST.includes(name) : positionals.includes(name),
        ),
    effort: {
      starts: wholeNumber("--starts", values.starts, starts),
      rounds: wholeNumber("--rounds", values.rounds, rounds),
      seconds: wholeNumber("--seconds", values.seconds, seconds),
      warmUp: wholeNumber("--warm-up", values["warm-up"], warmUp),
    },
  };
}

/** Returns the entry of an earlier version, by the folder of its checkout. */
function haleOf(folder: string): Entry {
  if (!existsSync(join(folder, "dist", "index.js"))) {
    throw new Error(`--before takes a checkout that is built: ${folder} has no dist/index.js.`);
  }
  return { ...HALE_EARLIER, environment: { HALE_EARLIER: resolve(folder) } };
}

function wholeNumber(option: string, text: string | undefined, otherwise: number): number {
  const value = Number(text ?? otherwise);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${option} takes a whole number of 1 or more, not "${text}".`);
}

await main().catch((failure: unknown) => {
  const error: unknown = interruption.signal.aborted ? interruption.signal.reason : failure;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
