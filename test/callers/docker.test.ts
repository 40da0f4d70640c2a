import { commandContract } from "./_caller-contract.ts";
import { exitOf } from "./_command.ts";
import { codeOf } from "./_page.ts";
import type { Replica } from "./_replica.ts";

commandContract({
  page: "docker",
  sees: [healthCheck],
});

/** Runs the command of `HEALTHCHECK`, which is a list in JSON. */
async function healthCheck(_: unknown, { port }: Replica): Promise<string> {
  const lead =
    "An image of Node has neither curl nor, often, a shell. It has Node, and hale is in the service's packages:";
  const [, list = ""] = /^ {2}CMD (\[.*\])$/m.exec(codeOf("docker", lead, { service: port })) ?? [];
  const command = (JSON.parse(list) as string[]).map(
    (part) => `'${part.replaceAll("'", `'\\''`)}'`,
  );
  // In the place of the image's folder, one in which hale is installed.
  return String(await exitOf(command.join(" "), "node", "test"));
}
