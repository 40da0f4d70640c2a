import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Contestant, type Entry } from "../measure/contestant.ts";
import { type Databases, withDatabases } from "../sections/databases.ts";
import { HALE, HALE_LISTENING, PEERS } from "../sections/entries.ts";

/** The page that has the table between two marks. */
const PAGE = fileURLToPath(new URL("../../docs/command/audit.md", import.meta.url));
const MARKS = /(<!-- audited -->\n)[\s\S]*?(\n<!-- \/audited -->)/;

const COMMAND = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** Endpoints made badly by hand, each as many are. */
const BAD: readonly Entry[] = [
  { name: "admits some hosts, redirects to https", server: "unfit/hosts-and-https" },
  { name: "answers 200 with a page, whatever the path", server: "unfit/always-200" },
  { name: "tells all to its developers", server: "unfit/tells-all" },
  { name: "is behind a filter of bursts and agents", server: "unfit/behind-a-filter" },
  { name: "asks for each caller, one after another", server: "unfit/slow-and-queued" },
];

/** What `hale audit --format json` writes. */
interface Report {
  readonly audits: readonly {
    readonly id: string;
    readonly level: "MUST" | "SHOULD";
    readonly status: string;
  }[];
  readonly probers: readonly { readonly prober: string; readonly accepts: boolean }[];
}

async function main(): Promise<void> {
  if (!existsSync(COMMAND)) throw new Error("Build hale first: run `npm run build`.");
  const rows: string[] = [];
  await withDatabases(async (databases) => {
    for (const entry of [HALE, HALE_LISTENING, ...PEERS]) {
      console.error(`audit: ${entry.name}`);
      rows.push(rowOf(entry, await auditService(entry, databases)));
    }
  });
  for (const entry of BAD) {
    console.error(`audit: an endpoint that ${entry.name}`);
    rows.push(rowOf(entry, await auditEndpoint(entry)));
  }
  const head = "| endpoint | MUST broken | SHOULD broken | probers that refuse it |";
  const table = [head, "| --- | --- | --- | --- |", ...rows].join("\n");
  console.log(table);
  const page = readFileSync(PAGE, "utf8");
  if (!MARKS.test(page)) throw new Error(`${PAGE} has no marks for the table.`);
  writeFileSync(
    PAGE,
    page.replace(MARKS, (_, start: string, end: string) => start + table + end),
  );
}

/** Audits readiness and liveness of a service with real dependencies, also while its PostgreSQL stands still. */
async function auditService(entry: Entry, databases: Databases): Promise<Report> {
  const service = await Contestant.start(entry, databases.urls);
  const base = `http://127.0.0.1:${service.probePort}`;
  const flags = ["--readiness", `${base}/health/deep`, "--liveness", `${base}/livez`];
  try {
    return await audit([...flags, "--await-down", "60s"], () => databases.pausePostgres());
  } finally {
    await databases.resumePostgres();
    await service.stop();
  }
}

async function auditEndpoint(entry: Entry): Promise<Report> {
  const service = await Contestant.start(entry, {});
  try {
    return await audit([`http://127.0.0.1:${service.port}/health`]);
  } finally {
    await service.stop();
  }
}

/** Runs the command; `breakDependency` is called when it waits for that. */
async function audit(flags: readonly string[], breakDependency?: () => unknown): Promise<Report> {
  const child = spawn(process.execPath, [COMMAND, "audit", ...flags, "--format", "json"]);
  let written = "";
  child.stdout.on("data", (chunk) => {
    written += chunk;
  });
  let told = "";
  child.stderr.on("data", (chunk) => {
    told += chunk;
    if (String(chunk).includes("Break a dependency")) void breakDependency?.();
  });
  await new Promise((resolve) => child.on("close", resolve));
  if (written === "") throw new Error(told);
  return JSON.parse(written) as Report;
}

function rowOf({ name }: Entry, { audits, probers }: Report): string {
  const broken = (level: "MUST" | "SHOULD") =>
    listed(
      audits
        .filter((audit) => audit.level === level && audit.status === "failed")
        .map(({ id }) => id.replace("endpoint-", "")),
    );
  const refusing = probers.filter(({ accepts }) => !accepts).map(({ prober }) => prober);
  return `| ${name} | ${broken("MUST")} | ${broken("SHOULD")} | ${listed(refusing)} |`;
}

/** A count with what is counted. */
function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : `${names.length}: ${names.join(", ")}`;
}

await main();
