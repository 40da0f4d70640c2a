import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { fileURLToPath } from "node:url";
import { frameOf } from "../../src/grpc/frames.ts";
import { encodeCheckResponse } from "../../src/grpc/messages.ts";
import { costOf, type ProcessCost } from "../measure/process-cost.ts";
import { median, spreadOf } from "../measure/statistics.ts";
import { fixed, table } from "../table.ts";
import type { Section } from "./bench.ts";

/** Processes of each command in one round. */
const PER_ROUND = 5;

const distFile = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

/** Measures what a probe costs that is a process of its own, as in a `HEALTHCHECK`. */
export const command: Section = async ({ effort, signal, print, progress }) => {
  const rounds = effort.starts * effort.rounds * PER_ROUND;
  const http = await listen(createServer((_, response) => response.end('{"status":"ok"}')));
  const grpc = await listen(createHttp2Server().on("stream", answerServing));
  const contestants = contestantsFor(`http://127.0.0.1:${http.port}/health/live`, grpc.port);
  progress(`command: ${rounds} processes of each of ${contestants.length} commands`);
  const costs = new Map(contestants.map(({ name }) => [name, [] as ProcessCost[]]));
  // The first process of each reads its files from the disk, and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, command } of contestants) {
      const cost = await costOf(command, signal);
      if (round > 0) costs.get(name)?.push(cost);
    }
  }
  for (const { server } of [http, grpc]) server.close();
  const [base = []] = costs.values();
  print("### The command");
  print(
    table(
      ["process", "CPU", "as a multiple of `node -e 0`", "min–max", "wall time"],
      [...costs].map(([name, own]) => rowOf(name, own, base)),
    ),
  );
  print(
    `${rounds} processes of each, in turns, without pinning; a multiple is that of two processes of one round, and the median of these.`,
  );
};

function contestantsFor(url: string, grpcPort: number): Contestant[] {
  const node = process.execPath;
  const fetching = `fetch('${url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
  return [
    { name: "`node -e 0`", command: [node, "-e", "0"] },
    { name: "`node -e 'require(\"node:http\")'`", command: [node, "-e", 'require("node:http")'] },
    { name: "`probe.cjs http://…`", command: [node, distFile("probe.cjs"), url] },
    { name: "`hale probe http://…`", command: [node, distFile("hale.cjs"), "probe", url] },
    { name: "`node -e \"fetch('http://…')…\"`", command: [node, "-e", fetching] },
    {
      name: "`probe.cjs grpc://…`",
      command: [node, distFile("probe.cjs"), `grpc://127.0.0.1:${grpcPort}`],
    },
    ...whereInstalled("curl", ["--fail", "--silent", url]),
    ...whereInstalled("grpc_health_probe", [`-addr=127.0.0.1:${grpcPort}`]),
  ];
}

/** A program that is no part of the bench, where this machine has it. */
function whereInstalled(program: string, args: readonly string[]): Contestant[] {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return [{ name: `\`${program}\``, command: [program, ...args] }];
  } catch {
    return [];
  }
}

function rowOf(name: string, own: readonly ProcessCost[], base: readonly ProcessCost[]): string[] {
  const multiples = own.map(({ cpu }, round) => cpu / (base[round]?.cpu ?? Number.NaN));
  const { median: multiple, least, most } = spreadOf(multiples);
  return [
    name,
    `${fixed(median(own.map(({ cpu }) => cpu)), 0)} ms`,
    fixed(multiple, 2),
    `${fixed(least, 2)}–${fixed(most, 2)}`,
    `${fixed(median(own.map(({ wall }) => wall)), 0)} ms`,
  ];
}

function answerServing(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(frameOf(encodeCheckResponse("SERVING")));
}

async function listen<S extends Server>(server: S): Promise<{ server: S; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
