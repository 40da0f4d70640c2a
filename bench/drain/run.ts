import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ARRIVALS } from "../../test/_support/open-loop.ts";
import { type RolloutResult, rollOut } from "../../test/_support/rolling-restart.ts";
import { fixed } from "../table.ts";
import { FRAMEWORKS, programOf } from "./frameworks.ts";
import { rowOf, summaryOf, tableOf } from "./rows.ts";
import { ADAPTIVE, CLOSE_ALONE, delayed, type Variant, withQuiet } from "./variants.ts";

const USAGE = `Restarts two replicas behind HAProxy in turn, under load, and prints Markdown.

  npm run bench:drain -- [section …] [options]

Sections, all by default:
  adaptive  each framework with gracefulShutdown, as it is by default
  quiet     each framework with gracefulShutdown and a shorter \`quiet\`
  close     each framework with server.close() alone
  delay     each framework of --delayed with several fixed delays

Options:
  --rolls <n>     restarts of both replicas for each row (10)
  --rate <n>      requests a second for each row (100)
  --arrivals <kind>  ${ARRIVALS.join(", ")}: the gaps between requests (constant)
  --together <n>  rows that are measured at the same time, each behind an HAProxy of its own (2)
  --frameworks <list>  some of: ${FRAMEWORKS.join(", ")} (all)
  --delayed <list>     the frameworks of the section delay (node:http)
  --quiets <list> milliseconds of \`quiet\` (500)
  --inter <n>     milliseconds from one health check of HAProxy to the next (1000)
  --fall <n>      failed checks after which HAProxy gives a replica no more requests (3)
  --delays <list> milliseconds of the fixed delays (2000,2500,2750,3000,3250,3500)
  --quick         2 rolls
  --help          this text

A restart takes about 9 s, and one by server.close() alone, which is killed, about 25 s: with all of it
by default, some 45 minutes.`;

interface Run {
  readonly framework: string;
  readonly variant: Variant;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rolls: { type: "string" },
      rate: { type: "string", default: "100" },
      arrivals: { type: "string", default: "constant" },
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
  const rolls = wholeNumber("--rolls", values.rolls ?? (values.quick ? "2" : "10"));
  const rate = wholeNumber("--rate", values.rate);
  const arrivals = ARRIVALS.find((kind) => kind === values.arrivals);
  if (arrivals === undefined) throw new Error(`--arrivals takes one of ${ARRIVALS.join(", ")}.`);
  const inter = wholeNumber("--inter", values.inter);
  const fall = wholeNumber("--fall", values.fall);
  const together = wholeNumber("--together", values.together);
  const delays = wholeNumbers("--delays", values.delays);
  const quiets = wholeNumbers("--quiets", values.quiets);
  const frameworks = frameworksIn(values.frameworks);
  const each = (variants: readonly Variant[], of = frameworks) =>
    variants.flatMap((variant) => of.map((framework) => ({ framework, variant })));
  const sections: Readonly<Record<string, readonly Run[]>> = {
    adaptive: each([ADAPTIVE]),
    quiet: each(quiets.map(withQuiet)),
    close: each([CLOSE_ALONE]),
    delay: each(delays.map(delayed), frameworksIn(values.delayed)),
  };
  const unknown = positionals.find((name) => !(name in sections));
  if (unknown !== undefined) throw new Error(`There is no section "${unknown}".\n\n${USAGE}`);
  const asked = positionals.length === 0 ? Object.keys(sections) : positionals;
  const [cpu] = cpus();
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpu?.model.trim()}), load average ${fixed(loadavg()[0] ?? 0, 2)} at the start. HAProxy asks every ${inter} ms and gives up a replica after ${fall} failed checks. Each row is ${rolls} restarts of both replicas at ${rate} requests/s, ${arrivals} arrivals, ${together} rows at a time.\n`,
  );
  const runs = asked.flatMap((section) => sections[section] ?? []);
  const waiting = [...runs.entries()];
  const done: (Run & { result: RolloutResult })[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { framework, variant }] = next;
      const { leaving } = variant;
      const http2 = framework === "http2";
      const program = programOf(framework);
      console.error(`${index + 1} of ${runs.length}: ${framework}, ${variant.name}`);
      const result = await rollOut({ program, http2, leaving, rate, arrivals, rolls, inter, fall });
      console.error(await saved(framework, variant, result));
      done[index] = { framework, variant, result };
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  const rows = done.map(({ framework, variant, result }) => rowOf(framework, variant.name, result));
  console.log(`${tableOf(rows)}\n\n${summaryOf(done)}`);
}

/** Keeps what explains the failures of a row; says where. */
async function saved(framework: string, variant: Variant, result: RolloutResult): Promise<string> {
  const folder = fileURLToPath(new URL("../results", import.meta.url));
  await mkdir(folder, { recursive: true });
  const name = `drain ${framework} ${variant.name}`.replace(/\W+/g, "-").replace(/-$/, "");
  const file = join(folder, `${name}.txt`);
  await writeFile(file, JSON.stringify({ ...result, log: result.log.split("\n") }, undefined, 2));
  return `${framework}, ${variant.name}: ${result.failures.length} failed; see ${file}`;
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
