import { expect, onTestFinished, test } from "vitest";
import { until } from "../servers/_until.ts";
import { commandContract } from "./_caller-contract.ts";
import { exitOf } from "./_command.ts";
import { codeOf } from "./_page.ts";
import { startReplica } from "./_replica.ts";

const WAITING = "To wait until a service is ready, as in a pipeline, for a minute at most:";

const exit = async (lead: string, service: number) =>
  String(await exitOf(codeOf("curl", lead, { service }), "curl"));

commandContract({
  page: "curl",
  sees: [(_, { port }) => exit("One question, for a script:", port)],
});

test("the command that waits ends when the service is ready, and not before", async () => {
  const replica = await startReplica();
  onTestFinished(replica.close);
  await replica.becomes("starting");
  let ended = false;
  const waiting = exit(WAITING, replica.port).finally(() => {
    ended = true;
  });
  await until("curl to ask", () => replica.probes.length > 0);
  expect(ended).toBe(false);
  await replica.becomes("up");
  expect(await waiting).toBe("0");
});
