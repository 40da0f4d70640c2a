import { listen } from "../../src/server/listen.ts";
import { commandContract } from "./_caller-contract.ts";
import { exitOf } from "./_command.ts";
import { codeOf } from "./_page.ts";
import type { Replica } from "./_replica.ts";

/** The word of each exit code, which is what Nagios goes by. */
const WORDS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

const check = (lead: string) => async (_: unknown, replica: Replica) => {
  const command = codeOf("nagios", lead, { service: replica.port, health: replica.ownPort });
  const code = await exitOf(command, "checkHttp");
  return WORDS[code] ?? String(code);
};

commandContract({
  page: "nagios",
  replica: {
    open: (health, port) => listen(health, { port, host: "127.0.0.1", degradedStatus: 429 }),
  },
  sees: [
    check("Readiness:"),
    check("Deep, at a port where what is degraded is 429, which the plugin takes for a warning:"),
  ],
});
