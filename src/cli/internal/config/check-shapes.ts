import { PROBES } from "../../../contract/probe.ts";
import {
  boolean,
  choice,
  duration,
  either,
  type Field,
  field,
  later,
  list,
  map,
  number,
  object,
  type Shape,
  scalar,
  text,
  type ValueOf,
  variants,
} from "./shape.ts";

/** The names of checks. */
export const NAMES =
  'names of 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit';
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const DAY = 86_400_000;

/** The options of every check that may have a default for all. */
export const DEFAULTS = {
  timeout: field(duration(50), "The time that one run may take before it counts as down.", {
    preset: "500ms",
  }),
  maxAge: field(
    duration(100, { zero: true }),
    "The time, from the start of its run, for which a result is reused; not together with `interval`.",
    { preset: "1s" },
  ),
  interval: field(
    duration(100, { max: DAY }),
    "The time between runs in the background. Without it, a check runs when a probe needs a result.",
    { preset: "none" },
  ),
  failureThreshold: field(
    number(1, 1000),
    "Consecutive runs that must be down before the check becomes down.",
    { preset: "1" },
  ),
  successThreshold: field(
    number(1, 1000),
    "Consecutive runs that must be up or degraded before a down state ends.",
    { preset: "1" },
  ),
  critical: field(
    boolean,
    "Whether readiness and deep fail when the check is down. `false`: they degrade.",
    { preset: "true" },
  ),
  shared: field(
    boolean,
    "Whether all replicas share this dependency: once it was up here, its failure degrades readiness instead of failing it.",
    { preset: "false" },
  ),
  probes: field(list(choice(...PROBES)), "The probes in which the check takes part.", {
    preset: "readiness and deep; with scope process liveness too",
  }),
};

const OPTIONS = {
  ...DEFAULTS,
  restartAfter: field(
    duration(10_000),
    "The time for which the check must be down without a break before liveness fails; up to 50 % is added at random.",
    { preset: "never" },
  ),
};

const scope = field(
  choice("process", "dependency"),
  "`process` for the program beside: the check then takes part in liveness, and startup waits until it is up once. Its host must be this one.",
  { preset: "dependency" },
);

const limits = <Value>(of: Shape<Value>, from = "From here on") =>
  object({
    degraded: field(of, `${from} it is degraded.`),
    down: field(of, `${from} it is down.`),
  });

const jobs = limits(number(1, 1_000_000_000));
const workers = limits(number(1, 1_000_000), "With fewer");
const wait = limits(duration(1000));
const pattern = object(
  { pattern: field(text("a regular expression"), "A regular expression that must match.") },
  ["pattern"],
);

const URL = text("a URL, such as postgres://127.0.0.1/shop", /^[a-z][a-z0-9+.-]*:/i);

const HTTP_URL = text("a URL that begins with http:// or https://", /^https?:/i, (given) => {
  const [, host, path] = HOST_AND_PATH.exec(given) ?? [];
  return host && `Did you mean http://${host}${path ?? "/…"}?`;
});

/** A host that is no user with a password, and its path where that is of short words, as no token is. */
const HOST_AND_PATH =
  /^((?:localhost|\d+(?:\.\d+){3}|[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]+)(?::\d+)?)((?:\/[a-z]{0,15}){0,4}$)?(?![^/])/i;

const url = (about: string) => field(URL, about, { secret: true });

const expect = object({
  status: field(
    either(number(100, 599), list(number(100, 599))),
    "The status code, or a list of those that are right.",
    { preset: "200 to 299" },
  ),
  headers: field(
    map(either(text(), pattern), "header names"),
    "Response headers by name: the whole value, or a pattern.",
  ),
  text: field(either(text(), pattern), "The text that the body contains, or a pattern."),
  json: field(
    map(scalar, "JSON pointers, such as /status", /^(?:\/.*)?$/),
    "Values of a JSON body by their JSON pointers (RFC 6901).",
  ),
});

/** A mapping that describes one check. */
const detailed = {
  url: object(
    {
      url: url("The URL of the dependency. Its scheme decides how it is checked."),
      reopen: field(
        boolean,
        "Whether each run opens a connection of its own, so that a password that is no longer valid fails.",
        { preset: "false" },
      ),
      scope,
      ...OPTIONS,
    },
    ["url"],
  ),
  http: object(
    {
      http: field(HTTP_URL, "The URL that is requested.", { secret: true }),
      method: field(choice("GET", "HEAD", "OPTIONS"), "The request method.", { preset: "GET" }),
      headers: field(map(text(), "header names"), "Request headers, never shown.", {
        secret: true,
      }),
      expect: field(expect, "The response that is right; all of it must hold."),
      redirect: field(
        choice("refuse", "same-origin"),
        "Whether a redirect counts as any other response, or is followed within its origin.",
        { preset: "refuse" },
      ),
      bodyLimit: field(number(0, 16_777_216), "The bytes of the body that are read.", {
        preset: "65536",
      }),
      socket: field(
        text("the path of a Unix socket", /^\//),
        "The Unix socket at which the program listens; the URL then names host and path only.",
      ),
      scope,
      ...OPTIONS,
    },
    ["http"],
  ),
  exec: object(
    {
      exec: field(
        list(text()),
        "The program and its arguments; no shell reads them. Exit code 0 is up, another one is down.",
        { secret: true },
      ),
      cwd: field(text("the path of a folder"), "The folder in which it runs.", {
        preset: "that of hale",
      }),
      env: field(map(text(), "environment variables"), "Variables in addition to those of hale.", {
        secret: true,
      }),
      degradedExits: field(list(number(1, 255)), "Exit codes that mean degraded.", {
        preset: "none",
      }),
      outputLimit: field(
        number(0, 1_048_576),
        "The bytes that it may write; with more, it is ended and down.",
        { preset: "65536" },
      ),
      scope,
      ...OPTIONS,
    },
    ["exec"],
  ),
  queue: object(
    {
      queue: field(text("the name of a queue"), "The name of the queue, or of its list or stream."),
      url: url("The URL of its server: redis, rediss, valkey, valkeys, amqp or amqps."),
      layout: field(
        choice("list", "stream", "bullmq", "celery"),
        "How the queue lies in Redis; of a broker, `celery` or none.",
        { preset: "list" },
      ),
      waiting: field(jobs, "Limits of how many jobs wait."),
      failed: field(jobs, "Limits of how many jobs have failed; of BullMQ only."),
      oldest: field(wait, "Limits of how long the oldest job has waited."),
      workers: field(workers, "Limits of how many workers there are."),
      group: field(text("a name"), "The consumer group of a stream."),
      prefix: field(text("a prefix"), "The prefix of BullMQ's keys.", { preset: "bull" }),
      next: field(choice("first", "last"), "The entry of a list that is taken next.", {
        preset: "last",
      }),
      enqueuedAt: field(
        text("a JSON pointer, such as /headers/sent", /^\//),
        "Where a job, as JSON, has the time of its enqueuing, which `oldest` of a list needs.",
      ),
      activeWithin: field(
        duration(1000),
        "The time within which a consumer of a stream must have asked, to count as a worker.",
        { preset: "60s" },
      ),
      ...OPTIONS,
    },
    ["queue", "url"],
  ),
  heartbeat: object(
    {
      heartbeat: field(
        text("the path of a file, or with url the name of a key"),
        "The file that the other process touches or, with `url`, the key of Redis that it sets to the time.",
      ),
      url: url("The URL of the Redis that has the key."),
      age: field(
        wait,
        "Limits of the time since the last heartbeat. A key may do without: it must be there.",
      ),
      scope,
      ...OPTIONS,
    },
    ["heartbeat"],
  ),
};

/** A check by its URL. */
export type UrlEntry = ValueOf<typeof detailed.url>;

/** A check that makes HTTP requests. */
export type HttpEntry = ValueOf<typeof detailed.http>;

/** A check that runs a command. */
export type ExecEntry = ValueOf<typeof detailed.exec>;

/** A check of a queue. */
export type QueueEntry = ValueOf<typeof detailed.queue>;

/** A check of a heartbeat. */
export type HeartbeatEntry = ValueOf<typeof detailed.heartbeat>;

/** The checks of the file, by how they are written. */
export type DetailedCheck = UrlEntry | HttpEntry | ExecEntry | QueueEntry | HeartbeatEntry;

/** A group of the file: names of others, or checks of its own. */
export interface GroupEntry {
  readonly group?: readonly string[] | Readonly<Record<string, CheckEntry>> | undefined;
}

/** One entry of `checks`: a URL, or a mapping. */
export type CheckEntry = string | DetailedCheck | GroupEntry;

const entry: Shape<CheckEntry> = later("check", () => CHECK);

const group: Shape<GroupEntry> = object(
  {
    group: field(
      either(list(text("the name of a check or group")), map(entry, NAMES, NAME)),
      "The names of other checks and groups, or a mapping with checks of its own.",
    ) as Field<GroupEntry["group"]>,
  },
  ["group"],
);

/** The mappings that describe a check, by the key that decides. */
export const CHECK_VARIANTS = { ...detailed, group };

/** The entries of `checks`. */
export const CHECK: Shape<CheckEntry> = either(URL, variants(CHECK_VARIANTS));

/** The entries by name. */
export const CHECKS = map(entry, NAMES, NAME);
