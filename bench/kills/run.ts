import { parseArgs } from "node:util";
import type { Sent } from "./callers.ts";
import { playRound, type Round } from "./round.ts";

const USAGE = `Kills a service at random moments, and counts what is lost.

  npm run kills -- [options]

  --rounds <n>    rounds (500)
  --seed <n>      the seed of the first round; the others follow it (the time)
  --together <n>  rounds at the same time (3)
  --verbose       the log of each round in which something was wrong`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "500" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    together: { type: "string", default: "3" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(USAGE);
else await main(Number(values.rounds), Number(values.seed), Number(values.together));

async function main(count: number, first: number, together: number): Promise<void> {
  console.log(`${count} rounds from seed ${first}, ${together} at a time`);
  const rounds: Round[] = [];
  let next = 0;
  const play = async () => {
    while (next < count) {
      const round = await playRound(first + next++);
      rounds.push(round);
      report(round);
      if (rounds.length % 50 === 0) console.log(summaryOf(rounds));
    }
  };
  await Promise.all(Array.from({ length: together }, play));
  console.log(`\n${summaryOf(rounds)}`);
  if (rounds.some(({ lost, wrong }) => lost.length + wrong.length > 0)) process.exitCode = 1;
}

function report({ plan, lost, wrong, closedAt, log }: Round): void {
  if (lost.length + wrong.length === 0) return;
  const before = (sentAt: number) =>
    closedAt === Number.POSITIVE_INFINITY
      ? "to a port that was not closed"
      : `${(closedAt - sentAt).toFixed(1)} ms before the port was closed`;
  const loss = ({ begunAt, sentAt = begunAt, reused, failure }: Sent) =>
    `lost: sent ${before(sentAt)}, on a ${reused ? "kept" : "new"} connection: ${failure}`;
  console.log(`seed ${plan.seed}: ${[...wrong, ...lost.map(loss)].join("; ")}`);
  if (values.verbose) console.log(JSON.stringify(plan), `\n${log.join("\n")}\n`);
}

function summaryOf(rounds: readonly Round[]): string {
  const sum = (of: (round: Round) => number) => rounds.reduce((all, round) => all + of(round), 0);
  const kinds = (of: (round: Round) => string) =>
    [...new Set(rounds.map(of))]
      .sort()
      .map((kind) => `${kind} ${rounds.filter((round) => of(round) === kind).length}`)
      .join(", ");
  return [
    `${rounds.length} rounds: ${kinds(({ plan }) => plan.moment)}; ${kinds(({ plan }) => plan.caller)}; fault ${kinds(({ plan }) => plan.fault)}`,
    `${sum(({ answered }) => answered)} requests answered whole, ${sum(({ lost }) => lost.length)} lost that came before the port was closed`,
    `${sum(({ atTheMoment }) => atTheMoment.length)} failed that came while it was closed`,
    `${rounds.filter(({ wrong }) => wrong.length > 0).length} rounds with another exit code than 0, or a hook that was not run once`,
  ].join("\n");
}
