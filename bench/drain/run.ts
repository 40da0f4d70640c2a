import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type RolloutResult, rollOut } from "../../test/_support/rolling-restart.ts";
import { fixed } from "../table.ts";
import { FRAMEWORKS, programOf } from "./frameworks.ts";
import { rowOf, tableOf } from "./rows.ts";
import { ADAPTIVE, CLOSE_ALONE, delayed, type Variant } from "./variants.ts";

const USAGE = `Restarts two replicas behind HAProxy in turn, under load, and prints Markdown.

  npm run bench:drain -- [section …] [options]

Sections, all by default. The rows of one are measured at the same time, each behind an HAProxy of
its own:
  adaptive  every framework with gracefulShutdown
  close     every framework with server.close() alone
  delay     node:http with several fixed delays

Options:
  --rolls <n>     restarts of both replicas for each row (10)
  --rate <n>      requests a second for each framework (200)
  --inter <n>     milliseconds from one health check of HAProxy to the next (1000)
  --fall <n>      failed checks after which HAProxy gives a replica no more requests (3)
  --delays <list> milliseconds of the fixed delays (1500,2000,2500,3000,3500)
  --quick         2 rolls
  --help          this text`;

interface Run {
  readonly framework: string;
  readonly variant: Variant;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rolls: { type: "string" },
      rate: { type: "string", default: "200" },
      inter: { type: "string", default: "1000" },
      fall: { type: "string", default: "3" },
      delays: { type: "string", default: "1500,2000,2500,3000,3500" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const rolls = wholeNumber("--rolls", values.rolls ?? (values.quick ? "2" : "10"));
  const rate = wholeNumber("--rate", values.rate);
  const inter = wholeNumber("--inter", values.inter);
  const fall = wholeNumber("--fall", values.fall);
  const delays = values.delays.split(",").map((text) => wholeNumber("--delays", text));

  const all = (variant: Variant) => FRAMEWORKS.map((framework) => ({ framework, variant }));
  const sections: Readonly<Record<string, readonly Run[]>> = {
    adaptive: all(ADAPTIVE),
    close: all(CLOSE_ALONE),
    delay: delays.map((delay) => ({ framework: "node:http", variant: delayed(delay) })),
  };
  const unknown = positionals.find((name) => !(name in sections));
  if (unknown !== undefined) throw new Error(`There is no section "${unknown}".\n\n${USAGE}`);
  const asked = positionals.length === 0 ? Object.keys(sections) : positionals;
  const [cpu] = cpus();
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpu?.model.trim()}), load average ${fixed(loadavg()[0] ?? 0, 2)} at the start. HAProxy asks every ${inter} ms and gives up a replica after ${fall} failed checks. Each row is ${rolls} restarts of both replicas at ${rate} requests/s.\n`,
  );
  const rows: string[][] = [];
  for (const section of asked) {
    const results = (sections[section] ?? []).map(async ({ framework, variant }) => {
      const { leaving } = variant;
      const http2 = framework === "http2";
      const program = programOf(framework);
      const result = await rollOut({ program, http2, leaving, rate, rolls, inter, fall });
      console.error(await saved(framework, variant, result));
      return rowOf(framework, variant.name, result);
    });
    rows.push(...(await Promise.all(results)));
  }
  console.log(tableOf(rows));
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

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
