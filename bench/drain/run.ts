import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installPackages } from "../../scripts/install-packages.mjs";
import { ARRIVALS, type OpenLoop } from "../../test/_support/open-loop.ts";
import { rollOut } from "../../test/_support/rolling-restart.ts";
import { fixed } from "../table.ts";
import { FRAMEWORKS, programOf } from "./frameworks.ts";
import { type Row, type Run, summaryOf, tableOf } from "./rows.ts";
import { silenceRuns } from "./silence.ts";
import { ADAPTIVE, CLOSE_ALONE, delayed, type Variant, withQuiet } from "./variants.ts";

const USAGE = `Restarts two replicas in turn, under load, and prints Markdown.

  npm run bench:drain -- [section …] [options]

Sections, all but the last by default; behind HAProxy, which asks for readiness:
  adaptive  each framework with gracefulShutdown, as it is by default
  quiet     each framework with gracefulShutdown and a shorter \`quiet\`
  close     each framework with server.close() alone
  delay     each framework of --delayed with several fixed delays

and where nothing asks:
  silence   node:http with gracefulShutdown: endpoints that are removed 2, 6 and 9 s after the signal, as in Kubernetes;
            a reload by pm2; nginx with upstreams that are kept, and no active checks

Options:
  --rolls <n>     restarts of both replicas for each row (10)
  --rate <n>      requests a second for each row behind HAProxy (100)
  --rates <list>  the same of silence, whose cases have a row for each (5,20,200)
  --arrivals <kind>  ${ARRIVALS.join(", ")}: the gaps between requests (constant; poisson in silence)
  --together <n>  rows that are measured at the same time, each behind a balancer of its own (2)
  --frameworks <list>  some of: ${FRAMEWORKS.join(", ")} (all)
  --delayed <list>     the frameworks of the section delay (node:http)
  --quiets <list> milliseconds of \`quiet\` (500)
  --inter <n>     milliseconds from one health check of HAProxy to the next (1000)
  --fall <n>      failed checks after which HAProxy gives a replica no more requests (3)
  --delays <list> milliseconds of the fixed delays (2000,2500,2750,3000,3250,3500)
  --quick         1 roll
  --help          this text

A restart takes about 9 s, and one by server.close() alone, which is killed, about 25 s: with all of it
by default, some 45 minutes. A roll of silence takes some 500 s by default, divided by --together.`;

const BY_DEFAULT = ["adaptive", "quiet", "close", "delay"];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rolls: { type: "string" },
      rate: { type: "string", default: "100" },
      rates: { type: "string", default: "5,20,200" },
      arrivals: { type: "string" },
      together: { type: "string", default: "2" },
      frameworks: { type: "string", default: FRAMEWORKS.join() },
      delayed: { type: "string", default: "node:http" },
      quiets: { type: "string", default: "500" },
      inter: { type: "string", default: "1000" },
      fall: { type: "string", default: "3" },
      delays: { type: "string", default: "2000,2500,2750,3000,3250,3500" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const rolls = wholeNumber("--rolls", values.rolls ?? (values.quick ? "1" : "10"));
  const rate = wholeNumber("--rate", values.rate);
  const rates = wholeNumbers("--rates", values.rates);
  const arrivals = arrivalsIn(values.arrivals);
  const inter = wholeNumber("--inter", values.inter);
  const fall = wholeNumber("--fall", values.fall);
  const together = wholeNumber("--together", values.together);
  const delays = wholeNumbers("--delays", values.delays);
  const quiets = wholeNumbers("--quiets", values.quiets);
  const frameworks = frameworksIn(values.frameworks);
  const each = (variants: readonly Variant[], of = frameworks): Run[] =>
    variants.flatMap((variant) =>
      of.map((framework) => {
        const { leaving } = variant;
        const service = { program: programOf(framework), http2: framework === "http2", leaving };
        return {
          names: [framework, variant.name],
          variant,
          measure: () => rollOut({ ...service, rate, arrivals, rolls, inter, fall }),
        };
      }),
    );
  const sections: Readonly<Record<string, readonly Run[]>> = {
    adaptive: each([ADAPTIVE]),
    quiet: each(quiets.map(withQuiet)),
    close: each([CLOSE_ALONE]),
    delay: each(delays.map(delayed), frameworksIn(values.delayed)),
    silence: silenceRuns(rates, { rolls, arrivals: arrivals ?? "poisson" }),
  };
  const unknown = positionals.find((name) => !(name in sections));
  if (unknown !== undefined) throw new Error(`There is no section "${unknown}".\n\n${USAGE}`);
  const asked = positionals.length === 0 ? BY_DEFAULT : positionals;
  const [cpu] = cpus();
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpu?.model.trim()}), load average ${fixed(loadavg()[0] ?? 0, 2)} at the start. Each row: both replicas restarted ${rolls} times; ${together} rows at a time.`,
  );
  // Before anything is measured: pm2 is one of them.
  if (asked.includes("silence")) installPackages("test/company");
  const runs = asked.flatMap((section) => sections[section] ?? []);
  const waiting = [...runs.entries()];
  const rows: Row[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, run] = next;
      console.error(`${index + 1} of ${runs.length}: ${run.names.join(", ")}`);
      const row = { ...run, result: await run.measure() };
      console.error(await saved(row));
      rows[index] = row;
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  const behindProxy = rows.filter(({ variant }) => variant !== undefined);
  if (behindProxy.length > 0) {
    console.log(
      `\nHAProxy asks every ${inter} ms and gives up a replica after ${fall} failed checks; ${rate} requests/s, ${arrivals ?? "constant"} arrivals.\n`,
    );
    console.log(`${tableOf(["framework", "end by"], behindProxy)}\n\n${summaryOf(behindProxy)}`);
  }
  const silent = rows.filter(({ variant }) => variant === undefined);
  if (silent.length > 0) {
    console.log(`\nWithout a prober; ${arrivals ?? "poisson"} arrivals.\n`);
    console.log(tableOf(["case", "requests/s"], silent));
  }
}

/** Keeps what explains the failures of a row; says where. */
async function saved({ names, result }: Row): Promise<string> {
  const folder = fileURLToPath(new URL("../results", import.meta.url));
  await mkdir(folder, { recursive: true });
  const name = `drain ${names.join(" ")}`.replace(/\W+/g, "-").replace(/-$/, "");
  const file = join(folder, `${name}.txt`);
  const inLines = (key: string, value: unknown) =>
    key === "log" ? String(value).split("\n") : value;
  await writeFile(file, JSON.stringify(result, inLines, 2));
  return `${names.join(", ")}: ${result.failures.length} failed; see ${file}`;
}

function arrivalsIn(text: string | undefined): OpenLoop["arrivals"] {
  const arrivals = ARRIVALS.find((kind) => kind === text);
  if (text === undefined || arrivals !== undefined) return arrivals;
  throw new Error(`--arrivals takes one of ${ARRIVALS.join(", ")}.`);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${option} takes whole numbers of 1 or more, not "${text}".`);
}

function wholeNumbers(option: string, text: string): readonly number[] {
  return text.split(",").map((one) => wholeNumber(option, one));
}

function frameworksIn(text: string): readonly string[] {
  return text.split(",").map((one) => {
    const known = FRAMEWORKS.find((name) => name.toLowerCase() === one.trim().toLowerCase());
    if (known !== undefined) return known;
    throw new Error(`There is no framework "${one}". There are: ${FRAMEWORKS.join(", ")}.`);
  });
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
