import { describe, expect, test } from "vitest";
import type { OutcomeStatus } from "../../src/contract/check.ts";
import { EXPOSURES, type Exposure } from "../../src/contract/format.ts";
import { PROBES, type Probe } from "../../src/contract/probe.ts";
import type { CheckReport, Report } from "../../src/contract/report.ts";
import { json } from "../../src/formats/json.ts";
import { formatContract } from "../contracts/format-contract.ts";

const STATUSES = ["up", "degraded", "down"] as const satisfies readonly OutcomeStatus[];

const DATABASE: CheckReport = {
  name: "database",
  scope: "dependency",
  status: "down",
  critical: true,
  shared: false,
  failing: true,
  reason: 'connect "ECONNREFUSED"',
  age: 12.4,
  duration: 2.5,
  observations: { waiting: { value: 3, unit: "requests" } },
};
const CACHE: CheckReport = {
  name: "cache",
  scope: "dependency",
  status: "up",
  critical: false,
  shared: true,
  failing: false,
  age: 0,
  duration: 0,
};

const DATABASE_DETAILS =
  '"state":"down","reason":"connect \\"ECONNREFUSED\\"","scope":"dependency","critical":true,"shared":false,"failing":true,"age":12,"duration":3,"observations":{"waiting":{"value":3,"unit":"requests"}}';
const CACHE_DETAILS =
  '"state":"up","scope":"dependency","critical":false,"shared":true,"failing":false,"age":0,"duration":0';
const DETAILS = `"phase":"serving","checks":{"database":{"status":"failed",${DATABASE_DETAILS}},"cache":{"status":"ok",${CACHE_DETAILS}}}`;

function write(exposure: Exposure, report: Partial<Report>): string {
  const whole: Report = {
    probe: "deep",
    status: "up",
    phase: "serving",
    checks: [DATABASE, CACHE],
    tasks: [],
    ...report,
  };
  return json.write(whole, exposure);
}

formatContract(json, {
  parse: JSON.parse,
  saysDown: (body) => ["failed", "unhealthy"].includes(JSON.parse(body).status),
  // test/house/docs.test.ts has a service answer them.
  examples: "elsewhere",
});

test("it is called json, and is JSON in UTF-8", () => {
  expect(json.name).toBe("json");
  expect(json.mediaType).toBe("application/json; charset=utf-8");
});

/** The body of every probe, status and exposure, byte for byte. */
const BODIES: readonly (readonly [Probe, OutcomeStatus, Exposure, string])[] = [
  ["liveness", "up", "status", '{"status":"ok"}'],
  ["liveness", "degraded", "status", '{"status":"ok"}'],
  ["liveness", "down", "status", '{"status":"failed"}'],
  ["liveness", "up", "checks", '{"status":"ok"}'],
  ["liveness", "degraded", "checks", '{"status":"ok"}'],
  ["liveness", "down", "checks", '{"status":"failed"}'],
  ["liveness", "up", "details", `{"status":"ok",${DETAILS}}`],
  ["liveness", "degraded", "details", `{"status":"ok",${DETAILS}}`],
  ["liveness", "down", "details", `{"status":"failed",${DETAILS}}`],
  ["readiness", "up", "status", '{"status":"ok"}'],
  ["readiness", "degraded", "status", '{"status":"ok"}'],
  ["readiness", "down", "status", '{"status":"failed"}'],
  ["readiness", "up", "checks", '{"status":"ok"}'],
  ["readiness", "degraded", "checks", '{"status":"ok"}'],
  ["readiness", "down", "checks", '{"status":"failed"}'],
  ["readiness", "up", "details", `{"status":"ok",${DETAILS}}`],
  ["readiness", "degraded", "details", `{"status":"ok",${DETAILS}}`],
  ["readiness", "down", "details", `{"status":"failed",${DETAILS}}`],
  ["startup", "up", "status", '{"status":"ok"}'],
  ["startup", "degraded", "status", '{"status":"ok"}'],
  ["startup", "down", "status", '{"status":"failed"}'],
  ["startup", "up", "checks", '{"status":"ok"}'],
  ["startup", "degraded", "checks", '{"status":"ok"}'],
  ["startup", "down", "checks", '{"status":"failed"}'],
  ["startup", "up", "details", `{"status":"ok",${DETAILS}}`],
  ["startup", "degraded", "details", `{"status":"ok",${DETAILS}}`],
  ["startup", "down", "details", `{"status":"failed",${DETAILS}}`],
  ["deep", "up", "status", '{"status":"healthy"}'],
  ["deep", "degraded", "status", '{"status":"degraded"}'],
  ["deep", "down", "status", '{"status":"unhealthy"}'],
  ["deep", "up", "checks", '{"status":"healthy","checks":{"database":"failed","cache":"ok"}}'],
  [
    ...(["deep", "degraded", "checks"] as const),
    '{"status":"degraded","checks":{"database":"failed","cache":"ok"}}',
  ],
  [
    ...(["deep", "down", "checks"] as const),
    '{"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}',
  ],
  ["deep", "up", "details", `{"status":"healthy",${DETAILS}}`],
  ["deep", "degraded", "details", `{"status":"degraded",${DETAILS}}`],
  ["deep", "down", "details", `{"status":"unhealthy",${DETAILS}}`],
];

describe("the body", () => {
  test("is known here for every probe, status and exposure", () => {
    const all = PROBES.flatMap((probe) =>
      EXPOSURES.flatMap((exposure) => STATUSES.map((status) => `${probe} ${status} ${exposure}`)),
    );
    const known = BODIES.map(([probe, status, exposure]) => `${probe} ${status} ${exposure}`);
    expect(known).toEqual(all);
  });

  test.each(BODIES)("of %s that is %s, showing %s", (probe, status, exposure, body) => {
    expect(write(exposure, { probe, status })).toBe(body);
  });
});

/** The same for the one check that was asked about. */
const CHECK_BODIES: readonly (readonly [Probe, OutcomeStatus, string])[] = [
  ["liveness", "up", '"status":"ok"'],
  ["liveness", "degraded", '"status":"ok"'],
  ["liveness", "down", '"status":"failed"'],
  ["readiness", "up", '"status":"ok"'],
  ["readiness", "degraded", '"status":"ok"'],
  ["readiness", "down", '"status":"failed"'],
  ["startup", "up", '"status":"ok"'],
  ["startup", "degraded", '"status":"ok"'],
  ["startup", "down", '"status":"failed"'],
  ["deep", "up", '"status":"ok"'],
  ["deep", "degraded", '"status":"degraded"'],
  ["deep", "down", '"status":"failed"'],
];

describe("the body of one check", () => {
  test("is known here for every probe and status", () => {
    const all = PROBES.flatMap((probe) => STATUSES.map((status) => `${probe} ${status}`));
    expect(CHECK_BODIES.map(([probe, status]) => `${probe} ${status}`)).toEqual(all);
  });

  test.each(CHECK_BODIES)("in %s, that is %s", (probe, status, word) => {
    const report = { probe, status, check: "database", checks: [DATABASE] };
    expect(write("status", report)).toBe(`{${word}}`);
    expect(write("checks", report)).toBe(`{${word}}`);
    expect(write("details", report)).toBe(`{${word},${DATABASE_DETAILS}}`);
  });
});

describe("the word for a check", () => {
  test.each([
    ["up", "ok"],
    ["degraded", "degraded"],
    ["down", "failed"],
    ["unknown", "failed"],
  ] as const)("that is %s is %s", (status, word) => {
    const report = { checks: [{ ...CACHE, status }] };
    expect(write("checks", report)).toBe(`{"status":"healthy","checks":{"cache":"${word}"}}`);
  });
});

describe("details", () => {
  test("leave out what is not known", () => {
    const checks: readonly CheckReport[] = [
      {
        ...CACHE,
        status: "unknown",
        reason: "The check has not finished its first run.",
        age: undefined,
        duration: undefined,
        observations: undefined,
      },
    ];
    expect(write("details", { checks })).toBe(
      '{"status":"healthy","phase":"serving","checks":{"cache":{"status":"failed","state":"unknown","reason":"The check has not finished its first run.","scope":"dependency","critical":false,"shared":true,"failing":false}}}',
    );
  });

  test("show the start-up tasks that hold the service back, and their reasons", () => {
    const report = {
      probe: "startup",
      status: "down",
      phase: "starting",
      checks: [],
      tasks: [
        { name: "warm the cache", status: "pending" },
        { name: "migrate", status: "failed", reason: "relation exists" },
      ],
    } as const;
    expect(write("details", report)).toBe(
      '{"status":"failed","phase":"starting","tasks":{"warm the cache":{"status":"pending"},"migrate":{"status":"failed","reason":"relation exists"}},"checks":{}}',
    );
    expect(write("checks", report)).toBe('{"status":"failed"}');
    expect(write("status", report)).toBe('{"status":"failed"}');
  });

  test.each(["starting", "serving", "draining"] as const)("show the phase %s", (phase) => {
    expect(write("details", { phase, checks: [] })).toBe(
      `{"status":"healthy","phase":"${phase}","checks":{}}`,
    );
  });

  test.each([
    [0.4, 0],
    [0.5, 1],
    [1e9, 1_000_000_000],
  ])("show %d ms as whole milliseconds", (time, shown) => {
    const checks = [{ ...CACHE, age: time, duration: time }];
    expect(write("details", { checks })).toContain(`"age":${shown},"duration":${shown}`);
  });
});

test.each(EXPOSURES.filter((exposure) => exposure !== "details"))(
  "no reason, time or observation is shown with %s",
  (exposure) => {
    for (const probe of PROBES) {
      for (const report of [{ probe }, { probe, check: "database", checks: [DATABASE] }]) {
        expect(write(exposure, report)).not.toMatch(/reason|ECONN|age|duration|waiting|phase/);
      }
    }
  },
);

test("of no checks, deep has none", () => {
  expect(write("checks", { checks: [] })).toBe('{"status":"healthy","checks":{}}');
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "a check named %s has a property of its own",
  (name) => {
    const checks = [{ ...CACHE, name }];
    expect(write("checks", { checks })).toBe(`{"status":"healthy","checks":{"${name}":"ok"}}`);
    expect(write("details", { checks })).toBe(
      `{"status":"healthy","phase":"serving","checks":{"${name}":{"status":"ok",${CACHE_DETAILS}}}}`,
    );
  },
);

test("a start-up task named __proto__ has a property of its own", () => {
  const tasks = [{ name: "__proto__", status: "pending" }] as const;
  expect(write("details", { checks: [], tasks })).toBe(
    '{"status":"healthy","phase":"serving","tasks":{"__proto__":{"status":"pending"}},"checks":{}}',
  );
});

test("what a reason holds is escaped", () => {
  const checks: readonly CheckReport[] = [
    { ...CACHE, status: "down", reason: '</script>"\\\u2028\ud800', age: 1, duration: 1 },
  ];
  const body = write("details", { checks });
  expect(body).toContain(String.raw`"reason":"</script>\"\\`);
  expect(body).toContain(String.raw`\ud800`);
  expect(JSON.parse(body)).toMatchObject({ checks: { cache: { reason: checks[0]?.reason } } });
});

test("no body is longer than that of an unhealthy service whose checks are all degraded", () => {
  const names = ["a", "database", "x".repeat(64)];
  const bodies = STATUSES.flatMap((status) =>
    (["up", "degraded", "down", "unknown"] as const).map((state) =>
      write("checks", { status, checks: names.map((name) => ({ ...CACHE, name, status: state })) }),
    ),
  );
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  const longest = JSON.stringify({ status: "unhealthy", checks });
  expect(bodies).toContain(longest);
  expect(Math.max(...bodies.map((body) => body.length))).toBe(longest.length);
});

test("details give the reason of a process that fails a probe by itself", () => {
  const reason = "the event loop has not turned for 2.4 s";
  const report: Partial<Report> = { probe: "liveness", status: "down", reason, checks: [] };
  expect(write("details", report)).toBe(
    `{"status":"failed","reason":"${reason}","phase":"serving","checks":{}}`,
  );
  expect(write("checks", report)).toBe('{"status":"failed"}');
});

test("details give how much of a start-up task is done", () => {
  const tasks = [{ name: "warm", status: "pending", progress: 0.4 }] as const;
  expect(write("details", { probe: "startup", status: "down", checks: [], tasks })).toContain(
    '"tasks":{"warm":{"status":"pending","progress":0.4}}',
  );
});
