import { EXPOSURES, FORMAT_NAMES } from "../../../contract/format.ts";
import { HOST } from "../host.ts";
import { CHECKS, DEFAULTS } from "./check-shapes.ts";
import {
  boolean,
  choice,
  duration,
  either,
  field,
  list,
  map,
  number,
  object,
  text,
  type ValueOf,
} from "./shape.ts";

const paths = either(text("a path", /^\//), list(text("a path", /^\//)), choice(false));
const exposure = choice(...EXPOSURES);
const format = choice(...FORMAT_NAMES);

const listen = object({
  port: field(number(0, 65_535), "The port; 0 for a free one.", { preset: "9000" }),
  host: field(text("an address of this host", HOST), "The address to listen on.", {
    preset: "every address",
  }),
  grpc: field(
    number(0, 65_535),
    "The port at which gRPC clients are answered by `grpc.health.v1`.",
    { preset: "none" },
  ),
  thread: field(
    boolean,
    "Whether a thread of its own answers from the last results, in time however busy the process is.",
    { preset: "false" },
  ),
  stalled: field(
    object({
      readiness: field(duration(200), "The time after which readiness is 503.", { preset: "2s" }),
      liveness: field(duration(200), "The time after which liveness is 503.", { preset: "30s" }),
    }),
    "With `thread`: how long the event loop may stand still before a probe fails.",
  ),
  interval: field(
    duration(100, { max: 86_400_000 }),
    "With `thread`: the time between two runs of a check without an `interval` of its own.",
    { preset: "5s" },
  ),
});

const http = object({
  paths: field(
    object({
      liveness: field(paths, "Where liveness is.", {
        preset: "/health, /health/live, /livez, /healthz",
      }),
      readiness: field(paths, "Where readiness is.", { preset: "/health/ready, /readyz" }),
      startup: field(paths, "Where startup is.", { preset: "/health/startup, /startupz" }),
      deep: field(paths, "Where deep is.", { preset: "/health/deep" }),
    }),
    "The path or paths of each probe; `false` disables them.",
  ),
  expose: field(
    either(
      exposure,
      object({
        liveness: field(exposure, "The exposure of liveness.", { preset: "checks" }),
        readiness: field(exposure, "The exposure of readiness.", { preset: "checks" }),
        startup: field(exposure, "The exposure of startup.", { preset: "checks" }),
        deep: field(exposure, "The exposure of deep.", { preset: "checks" }),
      }),
    ),
    "What every caller sees: the verdict, the checks, or details.",
    { preset: "checks" },
  ),
  format: field(
    either(
      format,
      object({
        liveness: field(format, "The format of liveness.", { preset: "json" }),
        readiness: field(format, "The format of readiness.", { preset: "json" }),
        startup: field(format, "The format of startup.", { preset: "json" }),
        deep: field(format, "The format of deep.", { preset: "json" }),
      }),
    ),
    "The format for callers that request none.",
    { preset: "json" },
  ),
  tokens: field(
    list(text("an access token"), 0),
    "Access tokens of 16 characters or more. A caller that sends one as `Authorization: Bearer` sees details.",
    { preset: "none", secret: true },
  ),
  headers: field(map(text(), "header names"), "Additional headers of every response.", {
    preset: "none",
    secret: true,
  }),
  drainStatus: field(choice(404, 503), "The HTTP status of readiness while draining.", {
    preset: "503",
  }),
  degradedStatus: field(
    choice(200, 429),
    "The HTTP status of readiness and deep when they are degraded.",
    { preset: "200" },
  ),
  scrape: field(
    choice("run", "last"),
    "Whether a scrape of metrics runs the checks whose last result is older than 30 s, or writes the last results.",
    { preset: "run" },
  ),
  envoy: field(boolean, "Whether responses have Envoy's headers.", { preset: "false" }),
});

const drain = object({
  min: field(
    duration(100, { zero: true }),
    "The shortest time for which probes are answered after SIGTERM.",
    { preset: "5s in Kubernetes, else 0" },
  ),
  quiet: field(
    either(choice("auto"), duration(100, { zero: true })),
    "The time without requests that ends a drain.",
    { preset: "auto" },
  ),
  max: field(
    duration(100, { zero: true }),
    "The longest time for which probes are answered after SIGTERM.",
    { preset: "15s" },
  ),
  failedProbes: field(
    number(0, 100),
    "Outside of Kubernetes: how many 503s each prober must have received.",
    { preset: "3" },
  ),
});

/** The configuration file of `hale serve`. */
export const CONFIG = object({
  $schema: field(text(), "The JSON Schema, for editors."),
  listen: field(listen, "Where probes are answered, and how."),
  checks: field(CHECKS, "The checks and groups by name."),
  defaults: field(object(DEFAULTS), "The options of checks that do not set their own."),
  deadline: field(duration(150), "The time within which every probe receives a response.", {
    preset: "800ms",
  }),
  http: field(http, "The paths of probes, and the exposure to callers."),
  startup: field(
    object({
      deadline: field(duration(100), "The time after which an unfinished start is logged.", {
        preset: "30s",
      }),
    }),
    "The conditions of startup.",
  ),
  history: field(
    object({
      keep: field(
        duration(3_600_000, { zero: true }),
        "The time for which changes are kept for the status page; 0 keeps none.",
        { preset: "24h" },
      ),
    }),
    "The history of the checks.",
  ),
  drain: field(drain, "When a drain is over."),
  log: field(
    choice("text", "json", "off"),
    "How changes of state are logged: lines of text, lines of JSON, or not.",
    { preset: "text" },
  ),
});

/** The configuration as it is read. Times are milliseconds. */
export type Config = ValueOf<typeof CONFIG>;
