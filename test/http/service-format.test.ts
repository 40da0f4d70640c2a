import { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { FORMAT_NAMES, type FormatFunction } from "../../src/contract/format.ts";
import type { Report } from "../../src/contract/report.ts";
import { FORMATS } from "../../src/formats/index.ts";
import type { HealthOptions } from "../../src/health.ts";
import { writeByFunction } from "../../src/http/write-by-function.ts";
import { compose, serve } from "../_support/compose.ts";
import { haleErrorOf } from "../_support/thrown.ts";

/** A service whose database is up or down. */
const serviceWith = (format: HttpFormat, up = true, more: HealthOptions["http"] = {}) =>
  serve({
    checks: {
      database: () => {
        if (!up) throw new Error("connect ECONNREFUSED");
      },
    },
    http: { format, ...more },
  });

type HttpFormat = NonNullable<HealthOptions["http"]>["format"];

describe("a name", () => {
  test("is one of hale's, and none of a format that scrapers or people read", () => {
    const named = FORMATS.filter(({ name }) => FORMAT_NAMES.includes(name as never));
    expect(named.map(({ name }) => name).sort()).toEqual([...FORMAT_NAMES].sort());
    expect(named.filter(({ always200 }) => always200)).toEqual([]);
  });

  test.each(FORMAT_NAMES)("of %s writes what ?format= writes, with its type", async (name) => {
    for (const up of [true, false]) {
      const { get } = await serviceWith(name, up);
      expect(await get("/health/ready")).toEqual(await get(`/health/ready?format=${name}`));
    }
  });

  test("is for those who request json or nothing; ?format= and other types still choose", async () => {
    const { get } = await serviceWith("terminus");
    const bodyOf = async (url: string, accept?: string) =>
      (await get(url, accept === undefined ? {} : { accept })).body;
    const kept = await bodyOf("/health/ready");
    expect(kept).toContain('"info":{"database":{"status":"up"}}');
    for (const accept of ["*/*", "application/json", "application/json, text/plain, */*", "a/b"]) {
      expect(await bodyOf("/health/ready", accept)).toBe(kept);
    }
    expect(await bodyOf("/health/ready?format=json")).toBe('{"status":"ok"}');
    expect(await bodyOf("/health/ready?verbose")).toContain("[+]database ok");
    expect(await bodyOf("/health/ready", "application/health+json")).toContain('"status":"pass"');
  });

  test("is loaded once, and its responses are kept while nothing changes", async () => {
    for (const name of FORMAT_NAMES) {
      const { health } = await serviceWith(name);
      const request = { method: "GET", url: "/health/ready", header: () => undefined };
      const first = await health.handle(request);
      expect(health.handle(request)).toBe(first);
    }
  });

  test("may be given for each probe, and json stays for the others", async () => {
    const { seen } = await serviceWith({ readiness: "terminus" });
    expect(await seen("/readyz")).toContain('"details"');
    expect(await seen("/livez")).toBe('200 {"status":"ok"}');
  });
});

describe("a function", () => {
  const words: FormatFunction = ({ probe, status }) => ({
    status: status === "down" ? 500 : 201,
    body: `${probe} ${status}`,
  });

  test("writes the status and a text", async () => {
    const good = await serviceWith(words);
    expect(await good.get("/readyz")).toMatchObject({
      status: 201,
      body: "readiness up",
      headers: { "Content-Type": "text/plain; charset=utf-8", "Content-Length": "12" },
    });
    expect(await (await serviceWith(words, false)).seen("/readyz")).toBe("500 readiness down");
  });

  test("writes an object as JSON, with hale's status, or with a type of its own", async () => {
    const object = () => ({ body: { state: "UP" } });
    const { get } = await serviceWith(object, false);
    expect(await get("/readyz")).toMatchObject({
      status: 503,
      body: '{"state":"UP"}',
      headers: { "Content-Type": "application/json; charset=utf-8" },
    });
    const typed = await serviceWith(() => ({ contentType: "application/json", body: "{}" }));
    expect((await typed.get("/readyz")).headers["Content-Type"]).toBe("application/json");
  });

  test("may return keys without a value, as an object that is put together has", async () => {
    const { seen } = await serviceWith(
      () => ({ body: "up", status: undefined, headers: undefined }) as never,
    );
    expect(await seen("/livez")).toBe("200 up");
  });

  test("may answer 204, which has no body and describes none", async () => {
    const { get } = await serviceWith(() => ({ status: 204, body: "dropped" }));
    const { status, body, headers } = await get("/livez");
    expect([status, body]).toEqual([204, ""]);
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(["Content-Length"]));
  });

  test("is called for each request, and its body is not kept", async () => {
    let calls = 0;
    const { seen } = await serviceWith(() => ({ body: String(++calls) }));
    expect([await seen("/livez"), await seen("/livez")]).toEqual(["200 1", "200 2"]);
  });

  test("answers HEAD without a body, and is not asked for another format", async () => {
    const { health, seen } = await serviceWith(words);
    const head = await health.handle({ method: "HEAD", url: "/readyz", header: () => undefined });
    expect(head).toMatchObject({ status: 201, body: "", headers: { "Content-Length": "12" } });
    expect(await seen("/readyz?format=json")).toBe('200 {"status":"ok"}');
  });

  test("sees reasons only where the caller may", async () => {
    const reports: Report[] = [];
    const keep: FormatFunction = (report) => {
      reports.push(report);
      return { body: "" };
    };
    const token = "0123456789abcdef";
    const { get } = await serviceWith(keep, false, { tokens: [token] });
    await get("/readyz");
    await get("/readyz", { authorization: `Bearer ${token}` });
    const bare = { name: "database", scope: "dependency", status: "down", critical: true };
    expect(reports[0]?.checks).toEqual([{ ...bare, shared: false, failing: true }]);
    expect(reports[1]?.checks).toMatchObject([{ ...bare, reason: "connect ECONNREFUSED" }]);

    const closed = await serviceWith(keep, false, { expose: "status" });
    await closed.get("/readyz");
    expect(reports[2]).toMatchObject({ status: "down", checks: [] });
  });

  test("sees pending tasks only where the caller may", async () => {
    const reports: Report[] = [];
    const keep: FormatFunction = (report) => {
      reports.push(report);
      return { body: "" };
    };
    for (const expose of ["checks", "details"] as const) {
      const { health, get } = compose({ http: { expose, format: keep } });
      health.addStartupTask("load the prices", new Promise(() => {}));
      await get("/startupz");
    }
    expect(reports.map(({ tasks }) => tasks.length)).toEqual([0, 1]);
  });

  test.each(["status", "checks", "details"] as const)(
    "receives a report that is frozen, for a caller who sees %s",
    async (expose) => {
      let report: Report | undefined;
      const keep: FormatFunction = (given) => {
        report = given;
        return { body: "" };
      };
      const { health, get } = compose({
        checks: { a: () => false },
        http: { expose, format: keep },
      });
      health.addStartupTask("load the prices", new Promise(() => {}));
      await get("/health/deep");
      const { checks = [], tasks = [] } = report ?? {};
      const parts = [report, checks, tasks, ...checks, ...tasks];
      expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
      expect(checks.length).toBe(expose === "status" ? 0 : 1);
    },
  );

  const failing = (up: boolean): [string, FormatFunction, RegExp][] => [
    ["returns nothing", () => undefined as never, /must return \{ body \}/],
    ["returns null", () => null as never, /must return \{ body \}/],
    ["returns a status as a text", () => ({ body: "", status: "503" }) as never, /but is a string/],
    ["returns no body", () => ({}) as never, /must return \{ body \}/],
    ["returns a promise", (async () => ({ body: "" })) as never, /must return \{ body \} at once/],
    [
      "returns a promise that rejects, which does not end the process",
      (async () => {
        throw new Error("no database");
      }) as never,
      /must return \{ body \} at once/,
    ],
    ["returns no media type", () => ({ body: "", contentType: 5 }) as never, /contentType must be/],
    ["breaks the head", () => ({ body: "", contentType: "a\r\nb" }), /contentType must be/],
    [
      "contradicts the report",
      () => ({ status: up ? 500 : 200, body: "" }),
      up ? /from 200 to 299, but is 500/ : /from 400 to 599, but is 200/,
    ],
    ["has no such status", () => ({ status: 4.5, body: "" }), /but is 4.5/],
    [
      "returns headers, which hale would not send",
      () => ({ body: "", headers: { "X-A": "1" } }) as never,
      /has "headers", which is not sent; it takes status, contentType, body/,
    ],
    [
      "misspells a key",
      () => ({ body: "", contenttype: "text/html" }) as never,
      /has "contenttype"; did you mean "contentType"\?/,
    ],
    ["returns a Buffer", () => ({ body: Buffer.from("up") }), /but is a Buffer: decode it/],
    ["returns bytes", () => ({ body: new Uint8Array(2) }), /but is an Uint8Array: decode it/],
    [
      "returns a buffer of bytes",
      () => ({ body: new ArrayBuffer(2) }),
      /is an ArrayBuffer: decode/,
    ],
    ["returns a stream", () => ({ body: Readable.from(["up"]) }), /is a Readable: decode it/],
    [
      "returns a stream of the web",
      () => ({ body: new ReadableStream() }),
      /is a ReadableStream: decode it/,
    ],
    [
      "returns what is no promise, but has a key of that name",
      () => ({ body: "", then: 1 }) as never,
      /has "then", which is not sent; it takes/,
    ],
    ["returns a Blob", () => ({ body: new Blob(["up"]) }), /is a Blob: decode it/],
  ];

  test.each([...failing(true), ...failing(false).slice(4)])(
    "that %s is logged once, and json is sent",
    async (_, format, why) => {
      const up = !String(why).includes("400");
      const { seen, lines } = await serviceWith(format, up);
      const expected = up ? '200 {"status":"ok"}' : '503 {"status":"failed"}';
      expect([await seen("/readyz"), await seen("/readyz")]).toEqual([expected, expected]);
      const errors = lines.filter(([level]) => level === "error");
      expect(errors).toEqual([
        [
          "error",
          expect.stringMatching(
            /^hale: format of the service failed, json is sent.* \(HALE_FORMAT_FAILED\)$/,
          ),
        ],
      ]);
      expect(errors[0]?.[1]).toMatch(why);
    },
  );

  test("that blocks the process is logged once, and its response is sent", async () => {
    const { clock, seen, lines } = await serve({
      http: {
        format: () => {
          now += 99 + calls++;
          return { body: "UP" };
        },
      },
    });
    let [now, calls] = [clock.now(), 0];
    vi.spyOn(clock, "now").mockImplementation(() => now);
    const words: string[] = [];
    for (let request = 0; request < 3; request++) words.push(await seen("/livez"));
    expect(words).toEqual(["200 UP", "200 UP", "200 UP"]);
    expect(lines).toEqual([
      [
        "warn",
        "hale: http.format blocked the process; milliseconds: 100. It must wait for nothing. (HALE_FORMAT_SLOW)",
      ],
    ]);
  });

  test("that blocks the process is warned of with its milliseconds as a field", () => {
    const times = [1000, 1250.5];
    const warnOnce = vi.fn();
    const report: Report = { probe: "deep", status: "up", phase: "serving", checks: [], tasks: [] };
    writeByFunction(() => ({ body: "UP" }), report, "status", 200, {
      clock: { now: () => times.shift() ?? 0 },
      warnOnce,
    });
    expect(warnOnce.mock.calls).toEqual([
      [expect.any(String), { code: "HALE_FORMAT_SLOW", milliseconds: 250.5 }],
    ]);
  });

  test("may answer with the status of hale whatever that is, and degraded with 200 instead", async () => {
    const { health, seen } = await serve({
      checks: { cache: defineCheck({ scope: "dependency", run: () => ({ status: "degraded" }) }) },
      http: {
        drainStatus: 404,
        degradedStatus: 429,
        format: ({ probe, phase, status }) => ({
          ...(probe === "readiness" && phase === "serving" && { status: 200 }),
          body: `${phase} ${status}`,
        }),
      },
    });
    expect(await seen("/readyz")).toBe("200 serving degraded");
    expect(await seen("/health/deep")).toBe("429 serving degraded");
    health.drain();
    expect(await seen("/readyz")).toBe("404 draining down");
  });
});

test.each([
  ["prometheus", /must be one of "json", .*, but is "prometheus"\.$/],
  [{ ready: "json" }, /The key "ready" is no probe\. Did you mean "readiness"\?$/],
  [{ Live: () => ({ body: "" }) }, /The key "Live" is no probe\. Did you mean "liveness"\?$/],
  [{ other: "json" }, /The key "other" is no probe\. Use liveness, readiness, startup, deep\.$/],
  [{ readiness: "html" }, /Correct the entry "readiness"\.$/],
  [{ readiness: "sprng" }, /Correct the entry "readiness"\. Did you mean "spring"\?$/],
  [{ readiness: () => ({ body: "" }), deep: 1 }, /Correct the entry "deep"\.$/],
  [{ readiness: undefined, deep: 1 }, /Correct the entry "deep"\.$/],
])("%j is refused at start-up", (format, message) => {
  const error = haleErrorOf(() => compose({ http: { format: format as never } }));
  expect(error).toMatchObject({ code: "HALE_BAD_OPTION", message: expect.stringMatching(message) });
});
