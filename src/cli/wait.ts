import { defineCommand } from "./internal/command.ts";
import { PROBE_ARGUMENTS, PROBE_FLAGS, TRAILING_EXITS } from "./internal/probe/flags.ts";

/** Waits until endpoints are healthy. */
export const wait = defineCommand({
  name: "wait",
  summary: "Waits until endpoints are healthy, then runs a command.",
  description: [
    "Probes every url until it was healthy once, with a pause of --interval between attempts and for --for in all, and writes the last reason to stdout in one line each. Healthy means what it means for hale probe.",
    "With a command after --, the command is run once the endpoints are healthy, the reason goes to stderr, signals are passed on, and the exit code is the command's.",
  ],
  ...PROBE_ARGUMENTS,
  flags: {
    for: { type: "duration", default: "60s", min: 1, summary: "The time to wait in all." },
    ...PROBE_FLAGS,
  },
  examples: [
    {
      command: "hale wait --for 2m http://127.0.0.1:8001/health/ready",
      effect: "Waits for a service that starts, in a pipeline.",
    },
    {
      command: "hale wait tcp://db:5432 tcp://cache:6379 -- node main.js",
      effect: "Starts a program once its database and its cache accept connections.",
    },
    {
      command: "hale wait --invert http://127.0.0.1:8001/health/ready",
      effect: "Waits until a service is not ready any more.",
    },
  ],
  exits: {
    0: "The endpoints were healthy in time. With a command, its exit code; 128 + n for signal n.",
    1: "An endpoint was not healthy in time; with --any, none was.",
    ...TRAILING_EXITS,
    130: "SIGINT came while it waited.",
    143: "SIGTERM came while it waited.",
  },
  async run(input, terminal) {
    const { runWait } = await import("./internal/probe/run-wait.ts");
    return runWait(input, terminal);
  },
});
