import { fromUrl, heartbeat, http, queue } from "../../../checks/index.ts";
import {
  type Check,
  CheckFailure,
  type CheckOptions,
  defineCheck,
  HaleError,
} from "../../../index.ts";
import { exec } from "../serve/exec-check.ts";
import { nodeFetch } from "../serve/node-fetch.ts";
import type {
  DetailedCheck,
  ExecEntry,
  HeartbeatEntry,
  HttpEntry,
  QueueEntry,
  UrlEntry,
} from "./check-shapes.ts";
import { atPointer } from "./json-pointer.ts";
import { isOnThisHost, serviceUrl } from "./service-url.ts";

/** The URLs that a program beside may have; others are of dependencies. */
const OF_PROGRAMS = /^(?:https?|tcp|grpcs?):/i;

/**
 * Makes the check of one entry.
 *
 * @throws HaleError for what its options lack, or have too much
 */
export function buildCheck(entry: string | DetailedCheck): Check {
  if (typeof entry === "string") return fromUrl(serviceUrl(entry));
  // Which of them it is, the key says that each of them requires.
  if ("exec" in entry) return buildExec(entry);
  if ("http" in entry) return buildHttp(entry);
  if ("queue" in entry) return buildQueue(entry);
  if ("heartbeat" in entry) return buildHeartbeat(entry);
  return buildUrl(entry);
}

type Scope = ExecEntry["scope"];

function buildUrl({ url: given = "", scope, ...options }: UrlEntry): Check {
  const url = serviceUrl(given);
  // The URL is refused before the scope is: without a scheme, it has no host.
  const check = fromUrl(url, options);
  if (scope === "process" && !(OF_PROGRAMS.test(url) && isOnThisHost(url))) throw notBeside();
  return withScope(scope, check);
}

function buildHttp(entry: HttpEntry): Check {
  const { http: url = "", socket, scope, expect, ...options } = entry;
  const { headers, text, json, status } = expect ?? {};
  const check = http({
    ...options,
    url,
    client: socket !== undefined || namesHost(options.headers) ? nodeFetch(socket) : undefined,
    expect: {
      status,
      headers:
        headers &&
        Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, wanted(value)])),
      text: text === undefined ? undefined : wanted(text),
      json: json && ((body) => requireValues(body, json)),
    },
  });
  if (scope === "process" && socket === undefined && !isOnThisHost(url)) throw notBeside();
  return withScope(scope, check);
}

/** Whether the program is to be asked by a name of its own, as Django's ALLOWED_HOSTS needs. */
function namesHost(headers: HttpEntry["headers"] = {}): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === "host");
}

function buildExec({ exec: command = [], scope, ...options }: ExecEntry): Check {
  return withScope(scope, exec({ command, ...options }));
}

function buildQueue({ queue: name = "", url = "", enqueuedAt, ...options }: QueueEntry): Check {
  return queue({
    ...options,
    name,
    url: serviceUrl(url),
    enqueuedAt: enqueuedAt
      ? (entry: string) => atPointer(JSON.parse(entry), enqueuedAt)
      : undefined,
  });
}

function buildHeartbeat(entry: HeartbeatEntry): Check {
  const { heartbeat: trace = "", url, age, scope, ...options } = entry;
  if (url === undefined) {
    if (age === undefined) throw noAge();
    return withScope(scope, heartbeat({ ...options, file: trace, age }));
  }
  if (scope === "process") throw notBeside();
  return heartbeat({ ...options, url: serviceUrl(url), key: trace, age });
}

/** The check of what a scope says, which only here may be that of the program beside. */
function withScope(scope: Scope, check: Check): Check {
  if (scope !== "process") return check;
  return defineCheck({
    ...(check.options as CheckOptions),
    scope,
    run: check.run,
    close: check.close,
  });
}

function noAge(): HaleError {
  const message = "A heartbeat of a file needs the key age, such as age: { down: 5m }.";
  return new HaleError("HALE_BAD_OPTION", message);
}

function notBeside(): HaleError {
  const message =
    'The option "scope" must be "dependency", or left out: this check is not of a program on this host. "process" is for one that is reached at a loopback address or a Unix socket, or is seen by a file or a command.';
  return new HaleError("HALE_BAD_OPTION", message);
}

function wanted(value: string | { readonly pattern?: string }): string | RegExp {
  if (typeof value === "string") return value;
  try {
    return new RegExp(value.pattern ?? "", "u");
  } catch (failure) {
    const message = `The option "expect" must have a regular expression as its pattern: ${(failure as Error).message}.`;
    throw new HaleError("HALE_BAD_OPTION", message, { cause: failure });
  }
}

function requireValues(body: unknown, values: Readonly<Record<string, unknown>>): true {
  for (const [pointer, value] of Object.entries(values)) {
    if (atPointer(body, pointer) === value) continue;
    // What is there is not told: it may be anything of the program's.
    const reason = `Expected ${JSON.stringify(value)} at ${pointer} of the body.`;
    throw new CheckFailure("HALE_UNEXPECTED_REPLY", reason);
  }
  return true;
}
