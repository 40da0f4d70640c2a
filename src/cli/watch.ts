import { defineCommand } from "./internal/command.ts";
import { TLS_FLAGS } from "./internal/probe/tls-flags.ts";

/** Shows health endpoints in a terminal, and keeps the view up to date. */
export const watch = defineCommand({
  name: "watch",
  summary: "Shows many health endpoints live in a terminal.",
  description: [
    "Requests each endpoint again and again, and shows its status, since when it has it, the latency, the last change and the reason. In a terminal it is a table that is written again in place until Ctrl-C. Elsewhere each change is a line.",
    "With an access token of hale, or where reasons are public, the reason is that of the first check that fails.",
    "Certificates are verified, before an access token is sent. With --insecure any server that answers may read it.",
  ],
  arguments: {
    name: "url",
    summary: "An endpoint, such as http://127.0.0.1:8001/health/deep, or name=url.",
    min: 1,
  },
  flags: {
    interval: {
      type: "duration",
      default: "2s",
      min: 100,
      summary: "The time between two requests to an endpoint.",
    },
    timeout: {
      type: "duration",
      short: "t",
      default: "1s",
      min: 50,
      summary: "How long a response may take.",
    },
    "token-file": {
      type: "file",
      summary:
        "A file with an access token, which is sent as Authorization: Bearer, over HTTP and gRPC.",
    },
    ...TLS_FLAGS,
    for: {
      type: "duration",
      min: 100,
      summary: "Ends after so long, in place of Ctrl-C.",
    },
  },
  examples: [
    {
      command: "hale watch http://127.0.0.1:8001/health/deep http://127.0.0.1:8002/health/deep",
      effect: "Watches two replicas.",
    },
    {
      command:
        "hale watch api=http://10.0.0.1:8001/health/deep worker=http://10.0.0.2:9001/health/deep --token-file /run/secrets/hale",
      effect: "Watches two services by names of their own, with the reasons of their checks.",
    },
    {
      command: "hale watch http://127.0.0.1:8001/health/ready --for 60s > changes.log",
      effect: "Writes a line for each change within a minute.",
    },
  ],
  exits: {
    0: "Each endpoint was up, or degraded, when the view ended.",
    1: "An endpoint was down when the view ended, or had not answered.",
  },
  async run(input, terminal) {
    const { runWatch } = await import("./internal/watch/run-watch.ts");
    return runWatch(input, terminal);
  },
});
