import type { Flags, Input } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { parseHeaderExpectation, parsePattern } from "./expectations.ts";
import type { RequestHeaders } from "./http-exchange.ts";
import { parseJsonExpectation } from "./json-pointer.ts";
import { describeHeader, type Header, parseHeader } from "./parse-header.ts";
import type { ProberName } from "./probers/probers.ts";
import { parseStatusRanges } from "./status-ranges.ts";
import { TLS_FLAGS } from "./tls-flags.ts";

const PROBER_NAMES = [
  "kubelet",
  "haproxy",
  "envoy",
  "alb",
  "gcp",
  "docker",
  "consul",
] as const satisfies readonly ProberName[];

function parseText(text: string): string {
  if (text === "") throw new UsageError("must be a text that is not empty");
  return text;
}

/** Headers of a request that can be there once. */
const SINGLE = ["host", "authorization"];

/**
 * Collects request headers by their names. One that is given more than once is sent as often.
 *
 * @throws UsageError for two values of a header that can be there once
 */
export function collectHeaders(headers: readonly Header[]): RequestHeaders {
  const collected = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const before = collected.get(name) ?? [];
    if (before.length > 0 && SINGLE.includes(name)) {
      throw new UsageError(`--header is given twice for ${name}, of which a request has one.`);
    }
    collected.set(name, [...before, value]);
  }
  const entries = [...collected].map(([name, values]) => {
    const [first = "", ...others] = values;
    return [name, others.length === 0 ? first : values] as const;
  });
  return Object.fromEntries(entries);
}

/** The flags that `hale probe` and `hale wait` share. */
export const PROBE_FLAGS = {
  timeout: {
    type: "duration",
    short: "t",
    min: 1,
    summary: "The time that one attempt may take, 1s or that of the prober of --as.",
  },
  interval: {
    type: "duration",
    default: "500ms",
    summary: "The pause between two attempts.",
  },
  "expect-status": {
    type: "text",
    hint: "codes",
    parse: parseStatusRanges,
    summary: "The status codes of a healthy response, such as 200, 2xx or 200-399; 2xx by default.",
  },
  "expect-header": {
    type: "text",
    hint: "header",
    repeatable: true,
    parse: parseHeaderExpectation,
    summary: 'A response header: "name", "name: value" or "name: /pattern/".',
  },
  "expect-text": {
    type: "text",
    repeatable: true,
    parse: parseText,
    summary: "A text that the body contains.",
  },
  "expect-match": {
    type: "text",
    hint: "pattern",
    repeatable: true,
    parse: parsePattern,
    summary: "A regular expression that the body matches.",
  },
  "expect-json": {
    type: "text",
    hint: "pointer=value",
    repeatable: true,
    parse: parseJsonExpectation,
    summary: "A JSON pointer into the body, and the value there, such as /status=ok.",
  },
  method: {
    type: "choice",
    short: "X",
    hint: "method",
    of: ["GET", "HEAD", "OPTIONS", "POST"],
    summary: "The request method; GET by default.",
  },
  header: {
    type: "text",
    short: "H",
    hint: "name: value",
    repeatable: true,
    parse: parseHeader,
    describe: describeHeader,
    summary: "A request header; one that is given more than once is sent as often.",
  },
  "token-file": {
    type: "file",
    summary:
      "A file with an access token, which is sent as Authorization: Bearer, over HTTP and gRPC.",
  },
  ...TLS_FLAGS,
  as: {
    type: "choice",
    hint: "prober",
    of: PROBER_NAMES,
    summary: `Reports what a prober would conclude: ${PROBER_NAMES.join(", ")}.`,
  },
  invert: { type: "switch", summary: "Turns the result around: healthy means that it fails." },
  all: { type: "switch", summary: "Wants every url to be healthy, which is the default." },
  any: { type: "switch", summary: "Wants one url to be healthy." },
  quiet: { type: "switch", short: "q", summary: "Writes nothing to stdout." },
  json: { type: "switch", summary: "Writes the result as one line of JSON." },
} as const satisfies Flags;

/** The arguments that `hale probe` and `hale wait` share. */
export const PROBE_ARGUMENTS = {
  arguments: {
    name: "url",
    summary:
      "http://host/path, https://host/path, unix:/run/app.sock:/path, tcp://host:port, grpc://host:port/service, or grpcs:// for gRPC over TLS.",
    min: 1,
  },
  trailing: { name: "command", summary: "A command to run once the endpoints are healthy." },
} as const;

/** The exit codes of both commands for a command after `--` that does not run. */
export const TRAILING_EXITS = {
  126: "The command after -- cannot be run.",
  127: "The command after -- was not found.",
} as const;

/** The parsed flags that both commands share. */
export type ProbeFlags = Input<typeof PROBE_FLAGS>["flags"];

/** The parsed command line of one of them, with the flags of its own. */
export type ProbeInput<Own> = Omit<Input<Flags>, "flags"> & { readonly flags: ProbeFlags & Own };
