import type { Mask } from "../../../contract/value-mask.ts";
import {
  type Check,
  type ChecksInput,
  createHealth,
  group,
  HaleError,
  type Health,
  type HealthOptions,
  type Logger,
} from "../../../index.ts";
import { type DrainOptions, gracefulShutdown, type ListenOptions } from "../../../node.ts";
import { type Preparation, prepareTogether } from "../serve/prepare-together.ts";
import { buildCheck } from "./build-check.ts";
import type { CheckEntry, DetailedCheck, GroupEntry } from "./check-shapes.ts";
import type { Config } from "./config-shape.ts";
import { maskedCheck } from "./masked-check.ts";
import type { Path } from "./read-config.ts";

/** The port where none is given. */
export const DEFAULT_PORT = 9000;

/** A service as its configuration describes it: its health, which has begun to start, and where it is served. */
export interface Service {
  readonly health: Health;
  readonly listen: ListenOptions;
  readonly drain: DrainOptions;
  /** Milliseconds within which every probe receives a response. */
  readonly deadline: number | undefined;
  /** The names of the checks of the program beside, for which startup waits. */
  readonly programs: readonly string[];
  /** The names of the checks. */
  readonly names: readonly string[];
  /** Loads the drivers of all checks, for 10 s at most: no run of a check begins before. Never rejects. */
  loadDrivers(): Promise<void>;
}

/** A fault of a configuration, and its place: the path of the value. */
export class Misconfiguration extends Error {
  readonly path: Path;

  constructor(path: Path, message: string, cause?: unknown) {
    super(message, { cause });
    this.path = path;
  }
}

/** The checks that were made, by their full names, with the paths of their entries. */
interface Built {
  readonly paths: Map<string, Path>;
  readonly programs: string[];
  readonly names: string[];
  readonly preparation: Preparation;
  readonly mask: Mask;
}

/**
 * Makes the service of a configuration, with the checks that were found elsewhere, all of them masked. Nothing is connected
 * to before the first run of a check.
 *
 * @throws Misconfiguration
 */
export function buildService(
  config: Config,
  found: Readonly<Record<string, Check>>,
  logger: Logger | false,
  mask: Mask,
): Service {
  const { checks = {}, deadline, defaults, history, http, startup } = config;
  const built: Built = {
    paths: new Map(),
    programs: [],
    names: [],
    preparation: prepareTogether(),
    mask,
  };
  const { add, prepareAll } = built.preparation;
  const inputs = buildChecks(checks, ["checks"], "", built);
  const listen: ListenOptions = { port: DEFAULT_PORT, ...config.listen };
  refuseContradictions(listen);
  refuseTornTokens(http?.tokens);
  const drain = config.drain ?? {};
  const options: HealthOptions = {
    checks: {
      ...inputs,
      ...Object.fromEntries(
        Object.entries(found).map(([name, check]) => [name, add(maskedCheck(check, mask))]),
      ),
    },
    deadline,
    defaults,
    http,
    history,
    // Startup waits for the program beside, and nothing else of a service is known here.
    startup: { ...startup, manual: true },
    logger,
  };
  const health = create(options, built.paths);
  // What contradicts itself is found now, and not at the signal.
  try {
    at(["drain"], () => gracefulShutdown({ health, drain }).dispose());
  } catch (failure) {
    void health.close();
    throw failure;
  }
  const names = [...built.names, ...Object.keys(found)];
  const { programs } = built;
  return { health, listen, drain, deadline, programs, names, loadDrivers: prepareAll };
}

function create(options: HealthOptions, paths: ReadonlyMap<string, Path>): Health {
  try {
    return createHealth(options);
  } catch (failure) {
    throw misconfiguration(failure, (message) => pathOf(message, paths));
  }
}

/** Refuses what the shape of the file allows, and `listen()` would not. */
function refuseContradictions({ thread, stalled, interval }: ListenOptions): void {
  const { liveness = 30_000, readiness = 0 } = stalled ?? {};
  if (readiness > liveness) {
    const message = "listen.stalled.readiness must be at most liveness.";
    throw new Misconfiguration(["listen", "stalled", "readiness"], message);
  }
  const unused = Object.entries({ stalled, interval }).find(([, value]) => value !== undefined);
  if (thread === true || unused === undefined) return;
  const message = `listen.${unused[0]} needs "thread: true" beside it.`;
  throw new Misconfiguration(["listen", unused[0]], message);
}

/** Refuses tokens with white space, which looks right in the file that a reference names. */
function refuseTornTokens(tokens: readonly string[] = []): void {
  const index = tokens.findIndex((token) => /\s/.test(token));
  if (index === -1) return;
  const message = `Access token ${index + 1} must be 16 to 1024 visible ASCII characters, but holds white space, such as a line break. Take it out.`;
  throw new Misconfiguration(["http", "tokens", index], message);
}

function buildChecks(
  entries: Readonly<Record<string, CheckEntry>>,
  path: Path,
  prefix: string,
  built: Built,
): ChecksInput {
  const inputs = Object.entries(entries).map(([key, entry]) => {
    const name = `${prefix}${key}`;
    const own = [...path, key];
    built.paths.set(name, own);
    if (isGroup(entry)) return [key, buildGroup(entry, own, name, built)] as const;
    const check = at(own, () => built.preparation.add(maskedCheck(buildCheck(entry), built.mask)));
    built.names.push(name);
    if (check.scope === "process") built.programs.push(name);
    return [key, check] as const;
  });
  return Object.fromEntries(inputs);
}

function isGroup(entry: CheckEntry): entry is GroupEntry {
  return typeof entry === "object" && "group" in entry && !("queue" in entry);
}

function buildGroup({ group: members = [] }: GroupEntry, path: Path, name: string, built: Built) {
  if (Array.isArray(members)) return at(path, () => group(members as readonly string[]));
  const entries = members as Readonly<Record<string, string | DetailedCheck>>;
  const checks = buildChecks(entries, [...path, "group"], `${name}.`, built);
  return at(path, () => group<ChecksInput[string]>(checks));
}

/** The keys of the file that stand for an option of another name. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  url: ["http", "url"],
  name: ["queue"],
  file: ["heartbeat"],
  key: ["heartbeat"],
  command: ["exec"],
};

/** Runs a step, and names the place of what it refuses. */
function at<Result>(path: Path, step: () => Result): Result {
  try {
    return step();
  } catch (failure) {
    throw misconfiguration(failure, (message) => [...path, ...optionIn(message)]);
  }
}

function misconfiguration(failure: unknown, findPath: (message: string) => Path): unknown {
  if (!(failure instanceof HaleError)) return failure;
  const { message, code } = failure;
  return new Misconfiguration(findPath(message), `${message} (${code})`, failure);
}

/** The key of an option that an error names. */
function optionIn(message: string): Path {
  const [, option = ""] = /^The option "([^"]+)"/.exec(message) ?? [];
  const [, owner] = /" of "(expect)" of /.exec(message) ?? [];
  if (option === "") return [];
  return [...(owner === undefined ? [] : [owner]), ...(KEYS[option] ?? [option])];
}

/** The path of what an error of the whole names: a check, a group of options, or one option. */
function pathOf(message: string, names: ReadonlyMap<string, Path>): Path {
  const quoted = [...message.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
  const check = quoted.map((name) => names.get(name)).find(Boolean);
  if (check !== undefined) return [...check, ...optionIn(message)];
  const [, token] = /^Access token (\d+)/.exec(message) ?? [];
  if (token !== undefined) return ["http", "tokens", Number(token) - 1];
  if (message.startsWith("The path ")) return ["http", "paths"];
  const [, option = "", owner = ""] = /^The option "([^"]+)" of (\w+)/.exec(message) ?? [];
  return owner === "createHealth" ? [option] : [owner, option];
}
