import { defineCheck, type OutcomeStatus } from "../../src/contract/check.ts";
import { group } from "../../src/contract/group.ts";
import type { HealthRequest, HealthResponse } from "../../src/contract/http.ts";
import { composeHealth, type HealthOptions } from "../../src/health.ts";
import { FakeClock } from "../_support/fake-clock.ts";
import { type Chance, createChance } from "./_chance.ts";

/** What went wrong, by kind, in so many requests. */
export interface Tally {
  readonly requests: number;
  readonly responses: number;
  readonly exceptions: number;
  readonly invalidStatuses: number;
  readonly invalidHeaders: number;
  readonly malformedBodies: number;
  readonly wrongVerdicts: number;
  readonly leaks: number;
  /** Of each kind, the first. */
  readonly examples: Readonly<Record<string, string>>;
}

type Kind = Exclude<keyof Tally, "requests" | "responses" | "examples">;

const TOKEN = "fuzz-0123456789abcdef";

/** What stands in every reason and observation that a run gives: who sees no details never sees it. */
const MARK = "qzmark";

/** What stands in every credential: nobody ever sees it. */
const SECRET = "qzsecret";

const NAMES = ["database", "constructor", "a.b-c_d", "gateway"] as const;

/** What one run does, and what that means. */
interface Result {
  readonly end: () => unknown;
  readonly status: OutcomeStatus;
}

const WORDS: Readonly<Record<OutcomeStatus, readonly string[]>> = {
  up: ["up", "ok", "healthy", "pass", "passing", "green", "serving"],
  degraded: ["degraded", "warn", "warning", "yellow"],
  down: ["down", "fail", "failed", "error", "unhealthy", "red", "critical", "not_serving"],
};

const CREDENTIALS = [
  `postgres://app:${SECRET}@db.internal/shop refused`,
  `connect to redis://:${SECRET}@10.0.0.1:6379 failed`,
  `password=${SECRET}`,
  `Authorization: Bearer ${SECRET}`,
  `{"password":"${SECRET}"}`,
];

function textOf(chance: Chance): string {
  const texts = [
    () => `${MARK} ${chance.text(20)}`,
    () => `${MARK}\r\nX-Injected: 1\n# EOF\n</td><script>`,
    () => `${MARK} ${chance.pick(CREDENTIALS)}`,
    () => `${MARK}${"x ".repeat(chance.below(2) * 400)}`,
  ];
  return chance.pick(texts)();
}

function junkOf(chance: Chance): unknown {
  const junk = [
    () => undefined,
    () => null,
    () => chance.below(1000) - 500,
    () => Number.NaN,
    () => textOf(chance),
    () => Symbol(MARK),
    () => [textOf(chance)],
    () => ({ [chance.text(5)]: textOf(chance) }),
    () => new Map([[MARK, 1]]),
    () => () => MARK,
    () => 5n,
    () => new Date(0),
  ];
  return chance.pick(junk)();
}

function observationsOf(chance: Chance): unknown {
  if (chance.below(4) === 0) return junkOf(chance);
  const entries = Array.from({ length: chance.below(4) }, () => [
    // Names are the service's own, and are shown as they are.
    `${MARK}${chance.text(6)}`,
    chance.below(4) === 0 ? junkOf(chance) : { value: junkOf(chance), unit: junkOf(chance) },
  ]);
  return Object.fromEntries(entries);
}

/** The properties beside a verdict, none of which changes it. */
function besidesOf(chance: Chance): object {
  const has = (name: string, value: () => unknown) =>
    chance.below(2) === 0 ? {} : { [name]: value() };
  return {
    ...has("reason", () => textOf(chance)),
    ...has("message", () => junkOf(chance)),
    ...has("code", () => junkOf(chance)),
    ...has("observations", () => observationsOf(chance)),
  };
}

function errorOf(chance: Chance, depth = 2): unknown {
  const cause = depth > 0 && chance.below(2) === 0 ? errorOf(chance, depth - 1) : undefined;
  const failure: Error = new Error(textOf(chance), { cause });
  return Object.assign(failure, { code: chance.pick(["ECONNREFUSED", "28P01", 1040, undefined]) });
}

const STATUSES = ["up", "degraded", "down"] as const;

const UNRUN: readonly unknown[] = [
  () => MARK,
  Object.assign(() => MARK, { ok: true }),
  defineCheck({ scope: "dependency", run: () => ({ status: "up" }) }),
  group({ database: () => ({ status: "up" }) }),
];

function resultOf(chance: Chance): Result {
  const ofWord = (wrap: (word: string) => unknown): Result => {
    const status = chance.pick(STATUSES);
    const word = chance.pick(WORDS[status]);
    const value = wrap(chance.below(2) === 0 ? word : word.toUpperCase());
    return { status, end: () => value };
  };
  const always = (status: OutcomeStatus, value: unknown): Result => ({ status, end: () => value });
  const results: readonly (() => Result)[] = [
    () => always("up", undefined),
    () => always("up", { ...besidesOf(chance), rows: junkOf(chance) }),
    () => always("down", false),
    () => {
      const flag = chance.below(2) === 0;
      const name = chance.pick(["ok", "healthy"]);
      return always(flag ? "up" : "down", { ...besidesOf(chance), [name]: flag });
    },
    () => ofWord((word) => word),
    () => ofWord((word) => ({ ...besidesOf(chance), status: word })),
    () => always("down", { ...besidesOf(chance), status: `${MARK}${chance.text(8)}` }),
    () => {
      const code = 100 + chance.below(500);
      return always(code < 400 ? "up" : "down", { ...besidesOf(chance), status: code });
    },
    () => always("down", { ...besidesOf(chance), error: textOf(chance) }),
    () => always("down", errorOf(chance)),
    // What was meant to be run is not: it may look like any verdict.
    () => always("down", chance.pick(UNRUN)),
    () => {
      const failure = chance.below(3) === 0 ? junkOf(chance) : errorOf(chance);
      return {
        status: "down",
        end: () => {
          throw failure;
        },
      };
    },
    () => {
      const failure = errorOf(chance);
      return { status: "down", end: () => Promise.reject(failure) };
    },
  ];
  return chance.pick(results)();
}

const PATHS = [
  "/health",
  "/livez",
  "/readyz/",
  "/startupz",
  "/health/deep",
  "/health/deep/",
  "/health/deep/database",
  "/health/deep/payments",
  "/health/deep/payments/gateway",
  "/health/ready/__proto__",
  "/health/deep/constructor",
];

const FORMAT_NAMES =
  "json aspnet health-json html kubernetes microprofile openmetrics prometheus spring terminus";

const ACCEPTS = [
  "*/*",
  "application/json",
  "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
  "application/vnd.spring-boot.actuator.v3+json, application/json",
  "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5",
  'text/plain;q="0.5";a="\\",",,;;=',
];

/** A request whose answer says how each check is, where it is one; or any other. */
function requestOf(chance: Chance): HealthRequest & { readonly token: boolean; plain: boolean } {
  const plain = chance.below(3) === 0;
  const query = () =>
    Array.from({ length: chance.below(4) }, () =>
      chance.pick([
        () => `format=${chance.pick([...FORMAT_NAMES.split(" "), chance.text(6)])}`,
        () => "verbose",
        () => `exclude=${chance.pick([...NAMES, "payments", "nobody", chance.text(8)])}`,
        () => chance.text(20),
      ])(),
    ).join("&");
  const path = chance.below(8) === 0 ? `/health/${chance.text(12)}` : chance.pick(PATHS);
  const token = !plain && chance.below(4) === 0;
  const headers = new Map<string, string>();
  if (!plain && chance.below(2) === 0) {
    headers.set("accept", chance.below(4) === 0 ? chance.text(60) : chance.pick(ACCEPTS));
  }
  if (token) headers.set("authorization", `Bearer ${TOKEN}`);
  else if (!plain && chance.below(4) === 0) headers.set("authorization", chance.text(30));
  if (!plain && chance.below(8) === 0) headers.set("hale-hop", "1");
  const methods = ["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", chance.text(4)];
  return {
    token,
    plain,
    method: plain ? "GET" : chance.pick(methods),
    url: plain ? "/health/deep" : `${path}?${query()}`,
    header: (name) => headers.get(name),
  };
}

const VALID_STATUSES = [200, 400, 404, 405, 503];

/** What is wrong with a response; the status and body of those that tell of each check are judged elsewhere. */
function faultsOf({ method }: HealthRequest, { status, headers, body }: HealthResponse): Kind[] {
  const faults: Kind[] = [];
  if (!VALID_STATUSES.includes(status)) faults.push("invalidStatuses");
  const wrong = Object.entries(headers).some(
    ([name, value]) => !/^[\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value),
  );
  const length = Buffer.byteLength(body);
  if (wrong || (method !== "HEAD" && headers["Content-Length"] !== String(length))) {
    faults.push("invalidHeaders");
  }
  if (method === "HEAD" ? body !== "" : !isWellFormed(headers["Content-Type"] ?? "", body)) {
    faults.push("malformedBodies");
  }
  return faults;
}

function isWellFormed(type: string, body: string): boolean {
  // Half a character is sent as the sign that stands for it.
  if (/[^\P{Cc}\n]/u.test(body)) return false;
  // Without a check there is no figure, and a page of figures may be empty.
  if (!type.includes("json")) return body !== "" || type.includes("version=0.0.4");
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function isVerdictRight(results: ReadonlyMap<string, Result>, { status, body }: HealthResponse) {
  const words = { up: "ok", degraded: "degraded", down: "failed" };
  const wanted = [...results].map(([name, result]) => [name, words[result.status]]);
  const isDown = [...results.values()].some((result) => result.status === "down");
  const found = Object.entries(JSON.parse(body).checks ?? {});
  return status === (isDown ? 503 : 200) && JSON.stringify(found) === JSON.stringify(wanted);
}

/** Requests for which one service is used. */
const PER_SERVICE = 2000;

/** Sends so many requests to services whose checks end in so many ways, and counts what goes wrong. */
export async function fuzz(count: number, seed: number): Promise<Tally> {
  const chance = createChance(seed);
  const counts: Record<Kind, number> = {
    exceptions: 0,
    invalidStatuses: 0,
    invalidHeaders: 0,
    malformedBodies: 0,
    wrongVerdicts: 0,
    leaks: 0,
  };
  const examples: Record<string, string> = {};
  let responses = 0;
  const fault = (kind: Kind, what: () => string) => {
    counts[kind]++;
    examples[kind] ??= what();
  };
  const logged = (line: string, fields?: unknown) => {
    const said = `${line} ${JSON.stringify(fields)}`;
    if (said.includes(SECRET)) fault("leaks", () => said);
    if (/[\r\n]/.test(line)) fault("malformedBodies", () => line);
  };
  const logger = { info: logged, warn: logged, error: logged };

  for (let done = 0; done < count; done += PER_SERVICE) {
    const results = new Map<string, Result>();
    const clock = new FakeClock();
    const check = (name: string) => () => (results.get(name) as Result).end();
    const own = Object.fromEntries(NAMES.slice(0, -1).map((name) => [name, check(name)]));
    const options: HealthOptions = {
      checks: { ...own, payments: group({ gateway: check("payments.gateway") }) },
      defaults: { maxAge: 0 },
      http: { tokens: [TOKEN], expose: "checks" },
      logger,
    };
    const health = composeHealth(options, { clock, random: chance.next });
    health.markStarted();
    for (let index = 0; index < Math.min(PER_SERVICE, count - done); index++) {
      for (const name of [...NAMES.slice(0, -1), "payments.gateway"])
        results.set(name, resultOf(chance));
      const request = requestOf(chance);
      const what = () => `${request.method} ${request.url}`;
      try {
        const response = await health.handle(request);
        if (response === undefined) continue;
        responses++;
        for (const kind of faultsOf(request, response)) {
          fault(kind, () => `${what()}: ${JSON.stringify(response).slice(0, 500)}`);
        }
        if (request.plain && !isVerdictRight(results, response)) {
          fault("wrongVerdicts", () => `${what()}: ${response.body}`);
        }
        const told = JSON.stringify(response);
        if (
          told.includes(SECRET) ||
          told.includes(TOKEN) ||
          (!request.token && told.includes(MARK))
        ) {
          fault("leaks", () => `${what()}: ${told.slice(0, 500)}`);
        }
      } catch (failure) {
        fault("exceptions", () => `${what()}: ${(failure as Error)?.stack ?? String(failure)}`);
      }
    }
    await health.close();
  }
  return { requests: count, responses, ...counts, examples };
}
