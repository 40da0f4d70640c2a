import { defineCommand } from "./internal/command.ts";
import { parseLabel, parseLabels, parseMatcher } from "./internal/fleet/label-flags.ts";
import { parseShare } from "./internal/fleet/parse-share.ts";
import { parsePrometheusUrl } from "./internal/fleet/prometheus-url.ts";
import { OUTPUT_EXITS } from "./internal/lost-output.ts";
import { describeHeader, parseHeader } from "./internal/probe/parse-header.ts";
import { TLS_FLAGS } from "./internal/probe/tls-flags.ts";

/** Shows all services of a Prometheus by cause. */
export const fleet = defineCommand({
  name: "fleet",
  summary: "Shows, from a Prometheus, which checks fail on how many replicas of which services.",
  description: [
    "Queries Prometheus once, and writes a table for each of: services with their expected and present replicas, checks that fail and on how many replicas, and alerts of hale that fire. However many replicas there are, a failing check is one row; --replicas adds a row for each replica that fails.",
    "Any server with the HTTP API of Prometheus will do, such as Thanos or Mimir. The rules of hale are not needed, but for the alerts.",
    "A service is healthy while no more of its replicas are down or missing than --tolerate allows, and no critical alert of hale fires for it. Certificates are verified, before an access token is sent.",
  ],
  flags: {
    prometheus: {
      type: "text",
      hint: "url",
      parse: parsePrometheusUrl,
      summary:
        "The address of Prometheus, such as http://127.0.0.1:9090, with the path in front of /api/v1 if there is one.",
    },
    by: {
      type: "text",
      hint: "labels",
      parse: parseLabels,
      summary:
        "Labels to group the replicas by, such as zone, namespace or cluster,job; cluster, namespace and job by default.",
    },
    match: {
      type: "text",
      hint: "matcher",
      repeatable: true,
      parse: parseMatcher,
      summary: "A label matcher that replicas must meet, such as 'namespace=\"shop\"'.",
    },
    "zone-label": {
      type: "text",
      hint: "label",
      default: "zone",
      parse: parseLabel,
      summary: "The label that names the zone of a replica.",
    },
    tolerate: {
      type: "text",
      hint: "percent",
      default: "0%",
      parse: parseShare,
      summary: "The share of a service's replicas that may be down or missing.",
    },
    replicas: { type: "switch", summary: "Adds a row for each replica that fails." },
    json: { type: "switch", summary: "Writes the result as one line of JSON." },
    timeout: {
      type: "duration",
      short: "t",
      default: "10s",
      min: 50,
      summary: "The time that all queries together may take.",
    },
    header: {
      type: "text",
      short: "H",
      hint: "name: value",
      repeatable: true,
      parse: parseHeader,
      describe: describeHeader,
      summary: 'A request header, such as "X-Scope-OrgID: shop".',
    },
    "token-file": {
      type: "file",
      summary: "A file with an access token, which is sent as Authorization: Bearer.",
    },
    ...TLS_FLAGS,
  },
  examples: [
    {
      command: "hale fleet --prometheus http://127.0.0.1:9090",
      effect: "Shows every service, the worst first.",
    },
    {
      command:
        "hale fleet --prometheus http://127.0.0.1:9090 --match 'namespace=\"shop\"' --tolerate 1%",
      effect: "Fails a pipeline when more than one in a hundred replicas of a service is not well.",
    },
    {
      command:
        "hale fleet --prometheus https://mimir.example.com/prometheus --token-file /run/secrets/mimir --by cluster",
      effect: "Compares clusters.",
    },
    {
      command: "hale fleet --prometheus http://127.0.0.1:9090 --replicas --json",
      effect: "Writes also each failing replica, for a program.",
    },
  ],
  exits: {
    0: "Every service is healthy.",
    1: "A service has more replicas down or missing than --tolerate allows, or a critical alert of hale fires.",
    69: "Prometheus could not be queried, or holds no replica of hale; stderr has a code, and what to do.",
    ...OUTPUT_EXITS,
  },
  async run(input, terminal) {
    const { runFleet } = await import("./internal/fleet/run-fleet.ts");
    return runFleet(input, terminal);
  },
});
