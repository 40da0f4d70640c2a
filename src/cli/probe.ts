import { defineCommand } from "./internal/command.ts";
import { PROBE_ARGUMENTS, PROBE_FLAGS, TRAILING_EXITS } from "./internal/probe/flags.ts";

/** Probes endpoints once, and exits by whether they are healthy. */
export const probe = defineCommand({
  name: "probe",
  summary: "Probes endpoints once, for Docker, CI and scripts.",
  description: [
    "Probes every url once, with --retries again until it is healthy, and writes the reason to stdout in one line each. HTTP is healthy with a status from 200 to 299 or by the expectations that are given; TCP when the connection is accepted; gRPC when grpc.health.v1 reports SERVING.",
    "With a command after --, the command is run once the endpoints are healthy, the reason goes to stderr, and the exit code is the command's.",
  ],
  ...PROBE_ARGUMENTS,
  flags: {
    retries: { type: "number", default: "0", summary: "More attempts after the first has failed." },
    ...PROBE_FLAGS,
  },
  examples: [
    {
      command: "hale probe http://127.0.0.1:8001/health/ready",
      effect: "Exits with 0 when the service is ready.",
    },
    {
      command: "hale probe --expect-json /status=healthy http://127.0.0.1:8001/health/deep",
      effect: "Also wants the body to say so.",
    },
    {
      command: "hale probe --as haproxy http://10.0.0.1:8001/",
      effect: "Reports what HAProxy concludes from OPTIONS over HTTP/1.0.",
    },
    {
      command: "hale probe -q --any tcp://db-1:5432 tcp://db-2:5432 -- node main.js",
      effect: "Starts a program when one of two databases accepts connections.",
    },
  ],
  exits: {
    0: "The endpoints are healthy. With a command, its exit code; 128 + n for signal n.",
    1: "An endpoint is not healthy; with --any, none is.",
    ...TRAILING_EXITS,
  },
  async run(input, terminal) {
    const { runProbe } = await import("./internal/probe/run-probe.ts");
    return runProbe(input, terminal);
  },
});
