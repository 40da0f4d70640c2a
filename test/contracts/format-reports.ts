import type { Exposure, FormatQuery } from "../../src/contract/format.ts";
import type { CheckReport, Report } from "../../src/contract/report.ts";

/** A critical check that is up. */
export const DATABASE: CheckReport = {
  name: "database",
  scope: "dependency",
  status: "up",
  critical: true,
  shared: false,
  failing: false,
  age: 240,
  duration: 4.2,
  observations: {
    totalConnections: { value: 3, unit: "connections" },
    primary: { value: true },
  },
};
/** A check that is up and not critical. */
export const CACHE: CheckReport = {
  name: "cache",
  scope: "dependency",
  status: "up",
  critical: false,
  shared: false,
  failing: false,
  age: 1500,
  duration: 2,
};
const REFUSED: Partial<CheckReport> = {
  status: "down",
  reason: "connect ECONNREFUSED 10.0.0.7:5432",
  observations: undefined,
};
const FIRST_RUN: Partial<CheckReport> = {
  status: "unknown",
  failing: true,
  reason: "The check has not finished its first run.",
  age: undefined,
  duration: undefined,
  observations: undefined,
};

function report(changes: Partial<Report>): Report {
  return {
    probe: "readiness",
    status: "up",
    phase: "serving",
    checks: [DATABASE, CACHE],
    tasks: [],
    ...changes,
  };
}

/** A report of readiness in every state that a service can be in. */
export const REPORTS = {
  up: report({}),
  // One check is slow, and one that is not critical is down.
  degraded: report({
    status: "degraded",
    checks: [
      { ...DATABASE, status: "degraded", reason: "The pool is exhausted." },
      { ...CACHE, ...REFUSED },
    ],
  }),
  down: report({ status: "down", checks: [{ ...DATABASE, ...REFUSED, failing: true }, CACHE] }),
  starting: report({
    status: "down",
    phase: "starting",
    checks: [{ ...DATABASE, ...FIRST_RUN }, CACHE],
    tasks: [
      { name: "load the prices", status: "pending", progress: 0.4 },
      { name: "create the tables", status: "failed", reason: "permission denied (42501)" },
    ],
  }),
  draining: report({ status: "down", phase: "draining" }),
  // Of a group, one check is up and one down, while the service drains.
  group: report({
    probe: "deep",
    check: "payments",
    status: "down",
    phase: "draining",
    checks: [
      { ...DATABASE, name: "payments.gateway" },
      { ...DATABASE, name: "payments.ledger", ...REFUSED, failing: true },
    ],
  }),
  // Of another, the one that is down is not critical.
  "group-degraded": report({
    probe: "deep",
    check: "payments",
    status: "degraded",
    checks: [
      { ...DATABASE, name: "payments.gateway" },
      { ...CACHE, name: "payments.rates", ...REFUSED },
    ],
  }),
  "no-checks": report({ checks: [] }),
  "200-checks": report({
    checks: Array.from({ length: 200 }, (_, index) => ({ ...DATABASE, name: `check-${index}` })),
  }),
} as const satisfies Readonly<Record<string, Report>>;

/** The name of a report. */
export type State = keyof typeof REPORTS;

/** What a golden file is of: every state as everybody sees it, and some as others do. */
export const GOLDEN: readonly (readonly [file: string, state: State, exposure: Exposure])[] = [
  ...(Object.keys(REPORTS) as State[]).map((state) => [state, state, "checks"] as const),
  ...(["up", "down"] as const).map((state) => [`${state}-status`, state, "status"] as const),
  ...(["up", "degraded", "down", "starting", "draining", "group"] as const).map(
    (state) => [`${state}-details`, state, "details"] as const,
  ),
];

/** A report whose texts try to break out of whatever they stand in. */
export const HOSTILE: Report = report({
  status: "down",
  reason: "the loop\r\nInjected: 1",
  phase: "starting",
  checks: [
    {
      ...DATABASE,
      name: "__proto__",
      status: "down",
      failing: true,
      reason: `</td><script>alert("1")</script>'&\\ \r\n# EOF\r\nX-Injected: 1\u2028{}`,
      observations: {
        '"} 1\nhale_injected 1\n#<b>': { value: "<i>'\r\n\"", unit: '"\\\n<u>' },
        'count"\n': { value: 1, unit: "</td>\n" },
      },
    },
    { ...CACHE, name: "constructor" },
  ],
  tasks: [{ name: '<img src=x>\r\nhale_injected{} 1 "', status: "failed", reason: "<b>\n" }],
});

/** What a scraper's request has besides: the figures of a service whose database has failed twice. */
export const WITH_FIGURES: FormatQuery = {
  parameters: new URLSearchParams(),
  has: () => false,
  figures: {
    ofProcess: (name) =>
      ({ "liveness 200": 31, "readiness 200": 29, "readiness 503": 2, drain: 1_790_000_000 })[
        name as string
      ] ?? 0,
    ofChecks: new Map([
      [
        "database",
        {
          up: 29,
          down: 2,
          time: 731.4,
          timeouts: 2,
          writeOffs: 1,
          "5": 27,
          "25": 3,
          "500": 1,
          "to up": 1,
          "to down": 1,
        },
      ],
      ["cache", { up: 31, time: 61.2, timeouts: 0, writeOffs: 0, "5": 31, "to up": 1 }],
    ]),
    lag: 12.4,
  },
};
