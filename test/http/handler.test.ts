import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Figures } from "../../src/contract/figures.ts";
import type { Expose, Exposure, Format } from "../../src/contract/format.ts";
import type { HealthRequest, HealthResponse } from "../../src/contract/http.ts";
import { PROBES } from "../../src/contract/probe.ts";
import type { CheckReport, Report } from "../../src/contract/report.ts";
import { json } from "../../src/formats/json.ts";
import { createAccess } from "../../src/http/access.ts";
import { createHandler, type HandlerOptions } from "../../src/http/handler.ts";
import type { ResponseOptions } from "../../src/http/response-options.ts";
import { createRouter, type Route } from "../../src/http/router.ts";
import type { LazyReport, ProbeQuery } from "../../src/report/reporter.ts";
import { FakeClock } from "../_support/fake-clock.ts";

type Reporting = HandlerOptions["reporter"];

const TOKEN = "0123456789abcdef";

const DATABASE: CheckReport = {
  name: "database",
  scope: "dependency",
  status: "up",
  critical: true,
  shared: false,
  failing: false,
};

/** A second format, so that there is one to choose. */
const text: Format = {
  name: "text",
  mediaType: "text/plain",
  write: (report, exposure) => `${report.probe} ${report.status} ${exposure}`,
};

/** A format that no status tells of. */
const figures: Format = { ...text, name: "figures", mediaType: "text/figures", always200: true };

/** A format that writes what it is told of the request. */
const asked: Format = {
  ...text,
  name: "asked",
  mediaType: "text/asked",
  write: (_report, _exposure, told) =>
    JSON.stringify({ parameters: `${told?.parameters}`, hasDatabase: told?.has("database") }),
};

/** A format that is loaded on first use. */
const lazy: Format = {
  name: "lazy",
  mediaType: "text/lazy",
  write: async ({ status }) => ({
    body: status,
    headers: { ETag: `"of ${status}"`, "X-Own": "1" },
  }),
};

/** A format that writes one of the figures. */
const counted: Format = {
  ...figures,
  name: "counted",
  write: (_report, _exposure, query) => `${query?.figures?.ofProcess("deep 200")}`,
};

const FIGURES: Figures = { ofProcess: () => 7, ofChecks: new Map() };

/** A format whose file cannot be read. */
const missing: Format = {
  name: "missing",
  mediaType: "text/missing",
  write: async () => {
    throw new Error("EMFILE");
  },
};

/** A reporter that answers at once or later, whose one check is in deep and readiness. */
class FakeReporter implements Reporting {
  readonly questions: ProbeQuery[] = [];
  readonly refreshes: ProbeQuery[] = [];
  /** The milliseconds that each refresh was given. */
  readonly times: (number | undefined)[] = [];
  /** How often it was asked whether a probe has a check. */
  lookups = 0;
  status: Report["status"] = "up";
  phase: Report["phase"] = "serving";
  version = 0;
  ready = true;
  reports = 0;

  has(probe: ProbeQuery["probe"], check: string): boolean {
    this.lookups++;
    return (probe === "deep" || probe === "readiness") && check === "database";
  }

  names(): readonly string[] {
    return ["database"];
  }

  last(question: ProbeQuery): LazyReport {
    return this.#answerable(question);
  }

  isUnchanged(_question: ProbeQuery, version: number): boolean {
    return this.ready && version === this.version;
  }

  reportIfFresh(question: ProbeQuery) {
    this.questions.push(question);
    return this.ready ? this.#answerable(question) : undefined;
  }

  async refresh(question: ProbeQuery, within?: number) {
    this.refreshes.push(question);
    this.times.push(within);
    return this.#answerable(question);
  }

  #answerable({ probe, check, exclude }: ProbeQuery): LazyReport {
    const checks = exclude?.includes("database") ? [] : [DATABASE];
    return {
      version: this.version,
      report: () => {
        this.reports++;
        return { probe, check, status: this.status, phase: this.phase, checks, tasks: [] };
      },
    };
  }
}

function setUp({
  expose = "checks",
  tokens = [TOKEN],
  responses = {},
}: {
  responses?: ResponseOptions;
  expose?: Expose;
  tokens?: string[];
} = {}) {
  const reporter = new FakeReporter();
  const told: number[] = [];
  const failed: string[] = [];
  const why: string[] = [];
  const clock = new FakeClock();
  const responded: string[] = [];
  const find = createRouter({}, { isName: (name) => name === "database" });
  const routes = new Map<string, Route | undefined>();
  const handle = createHandler({
    clock,
    deadline: 800,
    onReadiness: (_request, status) => told.push(status),
    warnOnce: () => {},
    onFormatFailed: (format, failure) => {
      failed.push(format);
      why.push((failure as Error).message);
    },
    onResponse: ({ probe, check }, status) =>
      responded.push([probe, check, status].filter((part) => part !== undefined).join(" ")),
    figures: () => FIGURES,
    // One route for each path, so that a response that is kept of any is seen.
    router: (path) => routes.get(path) ?? routes.set(path, find(path)).get(path),
    access: createAccess(expose, tokens, {
      clock,
      deadline: 800,
      describe: (failure) => ({ reason: String(failure) }),
      log: () => {},
    }),
    responses,
    formats: [json, text, figures, asked, counted, lazy, missing],
    reporter,
  });
  const ask = (
    url: string,
    {
      token,
      accept,
      ...request
    }: Partial<HealthRequest> & { token?: string; accept?: string } = {},
  ) =>
    handle({
      method: "GET",
      url,
      header: (name) => {
        if (name === "accept") return accept;
        return name === "authorization" && token !== undefined ? `Bearer ${token}` : undefined;
      },
      ...request,
    });
  /** The answer of a question that needs no waiting. */
  const get = (url: string, request: Parameters<typeof ask>[1] = {}): HealthResponse => {
    const answer = ask(url, request);
    if (answer === undefined || answer instanceof Promise) throw new Error("There is no answer.");
    return answer;
  };
  /** The answer of a question that may have to wait. */
  const late = async (url: string, request: Parameters<typeof ask>[1] = {}) => {
    const found = await ask(url, request);
    if (found === undefined) throw new Error("There is no answer.");
    return found;
  };
  return { reporter, clock, told, failed, why, responded, ask, get, late };
}

describe("what is asked", () => {
  test("is the probe of the path", () => {
    const { reporter, get } = setUp();
    for (const path of ["/livez", "/readyz", "/startupz", "/health/deep"]) get(path);
    expect(reporter.questions).toEqual(PROBES.map((probe) => ({ probe, check: undefined })));
  });

  test("is the check below it", () => {
    const { reporter, get } = setUp();
    expect(get("/health/deep/database/")).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(reporter.questions).toEqual([{ probe: "deep", check: "database" }]);
  });

  test("leaves out what the query excludes and the probe has, as often as it does", () => {
    const { reporter, get } = setUp();
    expect(get("/health/deep?exclude=database&exclude=no-such").body).toBe(
      '{"status":"healthy","checks":{}}',
    );
    expect(reporter.questions[0]?.exclude).toEqual(["database"]);
    get("/health/deep?exclude=%64atabase&x=1");
    expect(reporter.questions[1]?.exclude).toEqual(["database"]);
  });

  test("is not hale's on any other path, and nobody is bothered with it", () => {
    const { reporter, ask } = setUp();
    for (const url of ["/", "/users", "/health/users", "*", "", "/livezz?x"]) {
      expect(ask(url)).toBeUndefined();
      expect(ask(url, { method: "POST" })).toBeUndefined();
    }
    expect(reporter.questions).toEqual([]);
  });

  test("is found in the absolute form of a target too", () => {
    expect(setUp().get("http://app:8080/readyz?x").status).toBe(200);
  });
});

describe("the status of the answer", () => {
  test.each([
    ["up", 200],
    ["degraded", 200],
    ["down", 503],
  ] as const)("when the report is %s is %i, for every probe", (status, code) => {
    const { reporter, get } = setUp();
    reporter.status = status;
    for (const path of ["/livez", "/readyz", "/startupz", "/health/deep", "/readyz/database"]) {
      expect(get(path).status).toBe(code);
    }
  });
});

describe("the manner of answering", () => {
  const PATHS = ["/livez", "/readyz", "/startupz", "/health/deep", "/readyz/database"];
  const statuses = async (late: ReturnType<typeof setUp>["late"]) =>
    (await Promise.all(PATHS.map((path) => late(path)))).map(({ status }) => status);

  test("gives readiness a status of its own while the service drains, and nothing else", async () => {
    const { reporter, late } = setUp({ responses: { drainStatus: 404 } });
    reporter.status = "down";
    expect(await statuses(late)).toEqual([503, 503, 503, 503, 503]);
    reporter.phase = "draining";
    reporter.version++;
    expect(await statuses(late)).toEqual([503, 404, 503, 503, 503]);
    expect((await late("/readyz")).body).toBe('{"status":"failed"}');
  });

  test("gives readiness and deep a status of their own when they are degraded", async () => {
    const { reporter, late } = setUp({ responses: { degradedStatus: 429 } });
    expect(await statuses(late)).toEqual([200, 200, 200, 200, 200]);
    reporter.status = "degraded";
    reporter.version++;
    expect(await statuses(late)).toEqual([200, 429, 200, 429, 429]);
    expect((await late("/readyz?format=text")).status).toBe(429);
    expect((await late("/readyz?format=figures")).status).toBe(200);
  });

  test("tells Envoy in headers, of readiness and deep alone", async () => {
    const { reporter, late } = setUp({ responses: { envoy: true } });
    const told = async () =>
      (await Promise.all(PATHS.map((path) => late(path)))).map(({ headers }) =>
        Object.keys(headers).filter((name) => name.startsWith("x-envoy")),
      );
    expect(await told()).toEqual([[], [], [], [], []]);
    reporter.status = "degraded";
    reporter.version++;
    expect(await told()).toEqual([
      [],
      ["x-envoy-degraded"],
      [],
      ["x-envoy-degraded"],
      ["x-envoy-degraded"],
    ]);
    reporter.status = "down";
    reporter.phase = "draining";
    reporter.version++;
    expect(await told()).toEqual([[], ["x-envoy-immediate-health-check-fail"], [], [], []]);
    expect((await late("/readyz", { method: "HEAD" })).headers).toMatchObject({
      "x-envoy-immediate-health-check-fail": "true",
    });
  });
});

describe("a rule of who may see what", () => {
  test("is asked each time, so that nobody gets another one's answer", async () => {
    const expose: Expose = ({ header }) => (header("accept") ? "checks" : "status");
    const { late } = setUp({ expose });
    for (const _ of [1, 2]) {
      expect((await late("/health/deep")).body).toBe('{"status":"healthy"}');
      expect((await late("/health/deep", { accept: "*/*" })).body).toBe(
        '{"status":"healthy","checks":{"database":"ok"}}',
      );
      expect((await late("/readyz/database")).status).toBe(404);
      expect((await late("/readyz/database", { accept: "*/*" })).status).toBe(200);
    }
  });

  test("is asked while the checks run, without those that the caller excludes", async () => {
    const { reporter, late } = setUp({ expose: async () => "checks" as const });
    const url = "/health/deep?exclude=database&exclude=no-such";
    expect((await late(url)).body).toBe('{"status":"healthy","checks":{}}');
    expect(reporter.refreshes.map(({ exclude }) => exclude)).toEqual([["database"]]);
    expect(reporter.times).toEqual([undefined]);
    // The one refresh is the report: it is not looked for again.
    expect(reporter.questions).toEqual([]);
  });

  test("that shows the status alone lets exclude nothing, in the time that is left", async () => {
    const { reporter, clock, late } = setUp({
      expose: () =>
        new Promise((resolve) => {
          clock.after(300, () => resolve("status"));
        }),
    });
    await clock.advance(5000);
    const response = late("/health/deep?exclude=database&format=asked");
    await clock.advance(300);
    expect(JSON.parse((await response).body)).toMatchObject({ hasDatabase: true });
    expect(reporter.refreshes.map(({ exclude }) => exclude)).toEqual([["database"], []]);
    expect(reporter.times).toEqual([undefined, 500]);
  });

  test.each<[Exposure, string]>([
    ["status", "/health/deep"],
    ["checks", "/health/deep?exclude=database"],
    ["details", "/health/deep?exclude=database"],
  ])("that shows %s has the checks run once for %s", async (exposure, url) => {
    const { reporter, late } = setUp({ expose: async () => exposure });
    await late(url);
    expect(reporter.times).toEqual([undefined]);
  });

  test("does not hide that a format is unknown", async () => {
    const { late } = setUp({ expose: async () => "checks" as const });
    expect((await late("/health/deep?format=no")).status).toBe(400);
  });

  test("of one probe leaves the others as they are", () => {
    const { get } = setUp({ expose: { deep: "status" } });
    expect(get("/health/deep").body).toBe('{"status":"healthy"}');
    expect(get("/health/deep")).toBe(get("/health/deep"));
    expect(get("/readyz/database").status).toBe(200);
  });
});

describe("a method", () => {
  test("of GET, HEAD or OPTIONS is answered with the same status and length", () => {
    const { get } = setUp();
    const answers = ["GET", "HEAD", "OPTIONS"].map((method) => get("/livez", { method }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ headers }) => headers["Content-Length"])).toEqual(["15", "15", "15"]);
    expect(answers.map(({ body }) => body)).toEqual(['{"status":"ok"}', "", '{"status":"ok"}']);
    expect(answers.map(({ headers }) => headers.Allow)).toEqual([
      ...[undefined, undefined, "GET, HEAD, OPTIONS"],
    ]);
  });

  test.each(["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", ""])(
    "of %j is 405 on every path of hale",
    async (method) => {
      const { reporter, late } = setUp();
      for (const url of ["/livez", "/health/deep", "/health/deep/no-such", "/livez?format=no"]) {
        expect(await late(url, { method })).toMatchObject({
          status: 405,
          headers: { Allow: "GET, HEAD, OPTIONS" },
        });
      }
      expect(reporter.questions).toEqual([]);
    },
  );
});

describe("the name of a check", () => {
  test.each(["/health/deep/no-such", "/livez/database", "/readyz/Database", "/health/deep/a/b"])(
    "that the probe does not have is 404: %s",
    async (url) => {
      const { reporter, late } = setUp();
      expect((await late(url)).status).toBe(404);
      expect(await late(url, { method: "HEAD" })).toMatchObject({ status: 404, body: "" });
      expect((await late(url, { token: TOKEN })).status).toBe(404);
      expect(reporter.questions).toEqual([]);
    },
  );

  test("is not repeated, so that the answer carries nothing of the request", async () => {
    expect((await setUp().late("/livez/<script>")).body).not.toContain("script");
  });

  test("is 404 with status, whether there is such a check or not, but not with the token", async () => {
    const { late } = setUp({ expose: "status" });
    const status = async (url: string, token?: string) =>
      (await late(url, token === undefined ? {} : { token })).status;
    expect(await late("/health/deep/database")).toEqual(await late("/health/deep/no-such"));
    expect(await status("/health/deep/database")).toBe(404);
    expect(await status("/health/deep/database", "wrong-wrong-wrong")).toBe(404);
    expect(await status("/health/deep/database", TOKEN)).toBe(200);
    expect(await status("/health/deep/no-such", TOKEN)).toBe(404);
  });
});

describe("a format", () => {
  test("is the first one when the query names none", () => {
    const { get } = setUp();
    for (const url of ["/livez", "/livez?", "/livez?Format=text"]) {
      expect(get(url).headers["Content-Type"]).toBe("application/json; charset=utf-8");
    }
  });

  test("is the one that the query names", async () => {
    const { late } = setUp();
    expect(await late("/livez?format=text")).toMatchObject({
      status: 200,
      headers: { "Content-Type": "text/plain" },
      body: "liveness up checks",
    });
    expect((await late("/livez?format=json")).body).toBe('{"status":"ok"}');
    expect((await late("/livez?format=text&format=json")).body).toBe("liveness up checks");
    expect((await late("/livez?format=json", { accept: "text/plain" })).body).toBe(
      '{"status":"ok"}',
    );
  });

  test("is the one that Accept asks for", async () => {
    const { late } = setUp();
    const answer = await late("/readyz", { accept: "text/plain" });
    expect(answer).toMatchObject({ status: 200, body: "readiness up checks" });
    expect((await late("/readyz", { accept: "text/plain", method: "HEAD" })).body).toBe("");
  });

  test("whose readers drop every other status is 200, and tells of no prober", async () => {
    const { reporter, told, late } = setUp();
    reporter.status = "down";
    expect(await late("/readyz?format=figures")).toMatchObject({
      status: 200,
      body: "readiness down checks",
    });
    expect(told).toEqual([]);
    expect((await late("/readyz?format=text")).status).toBe(503);
    expect(told).toEqual([503]);
  });

  test.each(["xml", "", "JSON", "text%20", "__proto__", "json,text"])(
    "that does not exist is 400 with those that do: %j",
    async (name) => {
      const { reporter, late } = setUp();
      expect(await late(`/livez?format=${name}`)).toMatchObject({
        status: 400,
        body: '{"error":"HALE_UNKNOWN_FORMAT","message":"Unknown format. Use one of: json, text, figures, asked, counted, lazy, missing."}',
      });
      expect(await late(`/livez?format=${name}`, { method: "HEAD" })).toMatchObject({
        status: 400,
        body: "",
      });
      expect(reporter.questions).toEqual([]);
    },
  );
});

describe("a format that is loaded on first use", () => {
  const asDefault = (name: string) => setUp({ responses: { format: name as never } });

  const seen = async (
    tags: string | undefined,
    method = "GET",
    status: Report["status"] = "up",
  ) => {
    const { ask, reporter } = setUp();
    reporter.status = status;
    return ask("/readyz?format=lazy", {
      method,
      header: (name) => (name === "if-none-match" ? tags : undefined),
    });
  };

  test("is written when it has loaded, with the headers that it gives", async () => {
    expect(await seen(undefined)).toMatchObject({
      ...{ status: 200, body: "up" },
      headers: {
        "Content-Type": "text/lazy",
        "Content-Length": "2",
        ETag: '"of up"',
        "X-Own": "1",
      },
    });
    expect(await seen(undefined, "HEAD", "down")).toMatchObject({ status: 503, body: "" });
  });

  test.each(['"of up"', 'W/"of up"', '"other", "of up"', '"other","of up"', "*"])(
    "is 304 without a body for who has it: If-None-Match: %s",
    async (tags) => {
      const response = await seen(tags);
      expect(response).toMatchObject({ status: 304, body: "" });
      expect(response?.headers).toMatchObject({ ETag: '"of up"', "Cache-Control": "no-store" });
      expect(Object.keys(response?.headers ?? {})).not.toContain("Content-Length");
      expect(await seen(tags, "HEAD")).toMatchObject({ status: 304, body: "" });
    },
  );

  test.each(["", '"of down"', "of up", '"of up', '"W/of up"'])(
    "is written again for who has another: If-None-Match: %s",
    async (tags) => {
      expect(await seen(tags)).toMatchObject({ status: 200, body: "up" });
    },
  );

  test("is never 304 without a tag, also for who takes any: If-None-Match: *", async () => {
    const { ask } = setUp();
    const header = (name: string) => (name === "if-none-match" ? "*" : undefined);
    for (const url of ["/readyz", "/readyz?format=text"]) {
      expect(await ask(url, { header })).toMatchObject({ status: 200 });
    }
  });

  test("is written in full when the probe fails, since only a success may be 304", async () => {
    expect(await seen('"of down"', "GET", "down")).toMatchObject({ status: 503, body: "down" });
    expect(await seen("*", "OPTIONS")).toMatchObject({ status: 200, body: "up" });
  });

  test("is the default one when it cannot be loaded, with the right status, and that is reported", async () => {
    const { ask, reporter, failed } = setUp();
    reporter.status = "down";
    expect(await ask("/readyz?format=missing")).toMatchObject({
      ...{ status: 503, body: '{"status":"failed"}' },
      headers: { "Content-Type": "application/json; charset=utf-8" },
    });
    expect(failed).toEqual(["missing"]);
  });

  test("is the default one when it hangs in loading for ten seconds, and that is reported", async () => {
    const write = vi.spyOn(lazy, "write").mockReturnValue(new Promise(() => {}));
    onTestFinished(() => write.mockRestore());
    const { ask, clock, reporter, failed, why } = setUp();
    reporter.status = "down";
    const response = ask("/readyz?format=lazy");
    await clock.advance(9999);
    expect(failed).toEqual([]);
    await clock.advance(1);
    expect(await response).toMatchObject({ status: 503, body: '{"status":"failed"}' });
    expect(failed).toEqual(["lazy"]);
    expect(why).toEqual(["did not return within 10000 ms"]);
  });

  test.each([undefined, "a/b"])(
    "as the default is json at the deadline when it hangs in loading, for Accept: %s",
    async (accept) => {
      const write = vi.spyOn(lazy, "write").mockReturnValue(new Promise(() => {}));
      onTestFinished(() => write.mockRestore());
      const { ask, clock, why } = asDefault("lazy");
      const response = ask("/readyz", {
        header: (name) => (name === "accept" ? accept : undefined),
      });
      await clock.advance(799);
      expect(why).toEqual([]);
      await clock.advance(1);
      expect(await response).toMatchObject({ status: 200, body: '{"status":"ok"}' });
      expect(why).toEqual(["did not return within 800 ms"]);
    },
  );

  test("as the default has the rest of the deadline once the checks have run", async () => {
    const write = vi.spyOn(lazy, "write").mockReturnValue(new Promise(() => {}));
    onTestFinished(() => write.mockRestore());
    const { ask, clock, reporter, why } = asDefault("lazy");
    reporter.ready = false;
    const refresh = vi.spyOn(reporter, "refresh").mockImplementation(async (query) => {
      await new Promise<void>((resolve) => clock.after(300, resolve));
      return reporter.last(query);
    });
    const response = ask("/readyz");
    await clock.advance(300);
    await clock.advance(499);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(why).toEqual([]);
    await clock.advance(1);
    expect(await response).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  test("leaves no timer behind", async () => {
    const { ask, clock } = setUp();
    await ask("/readyz?format=lazy");
    await ask("/readyz?format=missing");
    expect(clock.pending).toBe(0);
  });

  test("has the headers of the service too, also as a 304", async () => {
    const { ask } = setUp({ responses: { headers: { "Access-Control-Allow-Origin": "*" } } });
    const header = (name: string) => (name === "if-none-match" ? '"of up"' : undefined);
    const response = await ask("/readyz?format=lazy", { header });
    expect(response).toMatchObject({ status: 304 });
    expect(response?.headers).toMatchObject({ "Access-Control-Allow-Origin": "*", Vary: "Accept" });
  });

  test("as the default is written once for all callers that wait for one refresh, or for the writing", async () => {
    const write = vi.spyOn(lazy, "write");
    onTestFinished(() => write.mockRestore());
    const { ask, reporter } = asDefault("lazy");
    reporter.ready = false;
    const waiting = Array.from({ length: 100 }, () => ask("/readyz"));
    reporter.ready = true;
    const joining = Array.from({ length: 100 }, () => ask("/readyz"));
    const [first, ...others] = await Promise.all([...waiting, ...joining]);
    expect(first).toMatchObject({ status: 200, body: "up" });
    for (const other of others) expect(other).toBe(first);
    expect(write).toHaveBeenCalledTimes(1);
    expect(ask("/readyz")).toBe(first);
  });

  test("as the default is tried again by the next caller when it could not be written", async () => {
    const { ask, reporter, failed } = asDefault("missing");
    reporter.ready = false;
    const waiting = await Promise.all(Array.from({ length: 100 }, () => ask("/readyz")));
    expect(waiting.map((response) => response?.body)).toEqual(Array(100).fill('{"status":"ok"}'));
    expect(failed).toEqual(["missing"]);
    reporter.ready = true;
    await ask("/readyz");
    expect(failed).toEqual(["missing", "missing"]);
  });

  test("is written again once the verdict has changed", async () => {
    expect(await seen('"of up"', "GET", "down")).toMatchObject({ status: 503, body: "down" });
  });
});

describe("how much is shown", () => {
  test.each<[Exposure, string]>([
    ["status", '{"status":"healthy"}'],
    ["checks", '{"status":"healthy","checks":{"database":"ok"}}'],
    [
      "details",
      '{"status":"healthy","phase":"serving","checks":{"database":{"status":"ok","state":"up","scope":"dependency","critical":true,"shared":false,"failing":false}}}',
    ],
  ])("is %s when everybody may see that", async (expose, body) => {
    expect((await setUp({ expose }).ask("/health/deep"))?.body).toBe(body);
  });

  test("is details for who has a token, in every format and each time", async () => {
    const { get, late } = setUp({ expose: "status" });
    expect((await late("/health/deep?format=text")).body).toBe("deep up status");
    expect((await late("/health/deep?format=text", { token: TOKEN })).body).toBe("deep up details");
    expect(get("/health/deep").body).toBe('{"status":"healthy"}');
    expect((await late("/health/deep", { token: TOKEN })).body).toContain('"phase":"serving"');
    expect(get("/health/deep").body).toBe('{"status":"healthy"}');
  });
});

describe("an answer that needs no run", () => {
  test.each(["/livez", "/readyz", "/startupz", "/health/deep", "/livez/"])(
    "is the same object as long as nothing changes: %s",
    (url) => {
      const { reporter, get } = setUp();
      const first = get(url);
      expect(get(url)).toBe(first);
      expect(get(url, { method: "HEAD" })).toBe(get(url, { method: "HEAD" }));
      expect(reporter.reports).toBe(1);
    },
  );

  test.each<[string, string | undefined]>([
    ["/livez", "*/*"],
    ["/livez", "application/json"],
    ["/livez?", undefined],
    ["/livez?x=1&formats=text&y=format", undefined],
  ])("is the same for who asks for nothing else: %s, Accept: %s", (url, accept) => {
    const { reporter, get } = setUp();
    const first = get("/livez");
    expect(get(url, accept === undefined ? {} : { accept })).toBe(first);
    expect(reporter.reports).toBe(1);
  });

  test("is sent without asking for the report, or for a format", () => {
    const { reporter, get } = setUp();
    const first = get("/livez");
    const asked = reporter.questions.length;
    for (const method of ["GET", "HEAD", "OPTIONS"]) get("/livez", { method });
    expect(get("/livez")).toBe(first);
    expect(reporter.questions.length).toBe(asked);
  });

  test("is another one once something has changed", () => {
    const { reporter, get } = setUp();
    const first = get("/livez");
    reporter.version++;
    expect(get("/livez")).not.toBe(first);
    reporter.version++;
    reporter.status = "down";
    expect(get("/livez").status).toBe(503);
    reporter.version++;
    reporter.status = "up";
    expect(get("/livez")).toEqual(first);
  });

  test("is not kept with details, whose times change, nor with what is excluded", async () => {
    const { reporter, get, late } = setUp();
    await late("/health/deep", { token: TOKEN });
    await late("/health/deep", { token: TOKEN });
    expect(reporter.reports).toBe(2);
    get("/health/deep?exclude=database");
    get("/health/deep?exclude=database");
    expect(reporter.reports).toBe(4);
    expect(get("/health/deep").body).toBe('{"status":"healthy","checks":{"database":"ok"}}');
  });

  test("is not kept in place of another format", async () => {
    const { get, late } = setUp();
    expect(get("/livez").body).toBe('{"status":"ok"}');
    expect((await late("/livez?format=text")).body).toBe("liveness up checks");
    expect((await late("/livez", { accept: "text/plain" })).body).toBe("liveness up checks");
    expect(get("/livez").body).toBe('{"status":"ok"}');
    expect((await late("/livez", { accept: "text/plain" })).body).toBe("liveness up checks");
  });
});

describe("an answer in another format", () => {
  test.each([
    ["/livez?format=text", {}],
    ["/livez", { accept: "text/plain" }],
    ["/livez?format=json", {}],
    ["/livez?exclude=nothing", {}],
    ["/readyz/database", {}],
    ["/livez", { token: TOKEN }],
    ["/livez", { header: (name: string) => (name === "hale-hop" ? "1" : undefined) }],
  ] as const)("or with anything else to it is written each time: %s %j", async (url, asking) => {
    const { reporter, late } = setUp();
    for (const _ of [1, 2]) await late(url, asking);
    expect(reporter.reports).toBe(2);
  });

  test("is nobody's who accepts something else, nor who sees more", async () => {
    const { get, late } = setUp();
    expect((await late("/livez", { accept: "text/plain" })).body).toBe("liveness up checks");
    expect((await late("/livez", { accept: "text/figures" })).headers["Content-Type"]).toBe(
      "text/figures",
    );
    expect(get("/livez").body).toBe('{"status":"ok"}');
    expect((await late("/livez?format=text", { token: TOKEN })).body).toBe("liveness up details");
    expect((await late("/livez?format=text")).body).toBe("liveness up checks");
  });

  test("is told of each time where it tells a prober, and never where it does not", async () => {
    const { told, late } = setUp();
    for (const _ of [1, 2]) await late("/readyz?format=figures");
    await late("/readyz", { accept: "text/figures" });
    expect(told).toEqual([]);
    for (const _ of [1, 2]) await late("/readyz", { accept: "text/plain" });
    expect(told).toEqual([200, 200]);
  });
});

describe("what is excluded", () => {
  test("counts for callers who may see names alone", async () => {
    const { reporter, get, late } = setUp({ expose: "status" });
    get("/health/deep?exclude=database");
    expect(reporter.questions.at(-1)?.exclude).toEqual([]);
    await late("/health/deep?exclude=database", { token: TOKEN });
    expect(reporter.questions.at(-1)?.exclude).toEqual(["database"]);
  });

  test("is passed to the format with all parameters, and whether the probe has a name", () => {
    const { get } = setUp();
    const told = (url: string) => JSON.parse(get(url).body);
    expect(told("/health/deep?format=asked&exclude=a&exclude=database&verbose")).toEqual({
      parameters: "format=asked&exclude=a&exclude=database&verbose=",
      hasDatabase: true,
    });
    expect(told("/livez?format=asked&exclude=database")).toEqual({
      parameters: "format=asked&exclude=database",
      hasDatabase: false,
    });
  });

  test("is left out however many names there are, at the cost of one look at each", () => {
    const { reporter, get } = setUp();
    const names = Array.from({ length: 1800 }, (_, index) => `n${index}`);
    const query = ["database", ...names].map((name) => `exclude=${name}`).join("&");
    get(`/health/deep?format=asked&${query}`);
    expect(reporter.questions.at(-1)?.exclude).toEqual(["database"]);
    // The format has looked once.
    expect(reporter.lookups).toBe(1801 + 1);
  });
});

test("a response is frozen, so that no caller changes that of another", () => {
  const { get } = setUp();
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    const response = get("/livez", { method });
    expect([response, response.headers].map(Object.isFrozen)).toEqual([true, true]);
  }
});

describe("an answer that needs a run", () => {
  test("comes when the run has ended, and is the same as one that needs none", async () => {
    const { reporter, ask, get } = setUp();
    reporter.ready = false;
    const late = ask("/readyz");
    expect(late).toBeInstanceOf(Promise);
    const answer = await late;
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    reporter.ready = true;
    expect(get("/readyz")).toBe(answer);
  });

  test("comes for HEAD and OPTIONS in their own form", async () => {
    const { reporter, ask } = setUp();
    reporter.ready = false;
    expect(await ask("/readyz", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect(await ask("/readyz", { method: "OPTIONS" })).toMatchObject({
      headers: { Allow: "GET, HEAD, OPTIONS" },
    });
  });

  test("is not waited for by what asks for no report", async () => {
    const { reporter, late } = setUp();
    reporter.ready = false;
    expect((await late("/readyz", { method: "POST" })).status).toBe(405);
    expect((await late("/readyz/no-such")).status).toBe(404);
    expect((await late("/readyz?format=no")).status).toBe(400);
  });
});

describe("readiness that was answered is told of", () => {
  test("with its status, when it is written and when it is answered again", () => {
    const { reporter, told, get } = setUp();
    get("/readyz");
    get("/readyz");
    reporter.status = "down";
    reporter.version++;
    get("/health/ready");
    expect(told).toEqual([200, 200, 503]);
  });

  test("once its runs have ended, when it had to wait for them", async () => {
    const { reporter, told, ask } = setUp();
    reporter.ready = false;
    const answer = ask("/readyz");
    expect(told).toEqual([]);
    await answer;
    expect(told).toEqual([200]);
  });

  test("and nothing else is: no other probe, no single check, no complaint", async () => {
    const { told, get, late } = setUp();
    for (const path of ["/livez", "/startupz", "/health/deep", "/readyz/database"]) get(path);
    await late("/readyz", { method: "POST" });
    await late("/readyz?format=none");
    expect(told).toEqual([]);
  });
});

describe("a scrape", () => {
  const maxAges = async (
    url: string,
    responses: ResponseOptions = {},
    expose: Expose = "checks",
  ) => {
    const { reporter, late } = setUp({ responses, expose });
    reporter.ready = false;
    await late(url);
    return [...new Set(reporter.refreshes.map(({ maxAge }) => maxAge))];
  };

  test("accepts results of 30 s, and with last those of any age; a probe has no say", async () => {
    expect(await maxAges("/health/deep?format=figures")).toEqual([30_000]);
    expect(await maxAges("/health/deep?format=figures", { scrape: "run" })).toEqual([30_000]);
    expect(await maxAges("/health/deep?format=figures", { scrape: "last" })).toEqual([Infinity]);
    for (const url of ["/health/deep", "/health/deep?format=text"]) {
      expect(await maxAges(url, { scrape: "last" })).toEqual([undefined]);
    }
  });

  test("does so while a function decides on the exposure, too", async () => {
    const expose = async (): Promise<Exposure> => "checks";
    expect(await maxAges("/health/deep?format=figures", {}, expose)).toEqual([30_000]);
    expect(await maxAges("/health/deep", {}, expose)).toEqual([undefined]);
  });

  test("receives the figures of the service, which other formats do not", async () => {
    const { late } = setUp();
    expect((await late("/health/deep?format=counted")).body).toBe("7");
    expect(JSON.parse((await late("/health/deep?format=asked")).body)).not.toHaveProperty(
      "figures",
    );
  });
});

describe("responses are counted", () => {
  test("each by its route and status, whether it was kept, written or refused", async () => {
    const { reporter, responded, ask, late } = setUp();
    await late("/livez");
    await late("/livez");
    reporter.status = "down";
    reporter.version++;
    await late("/readyz", { method: "HEAD" });
    await late("/health/deep/database?format=text");
    await late("/health/deep/nobody");
    await late("/health/deep?format=nothing");
    await late("/livez", { method: "POST" });
    ask("/orders");
    expect(responded).toEqual([
      "liveness 200",
      "liveness 200",
      "readiness 503",
      "deep database 503",
      "deep nobody 404",
      "deep 400",
      "liveness 405",
    ]);
  });

  test("a scrape is none", async () => {
    const { responded, late } = setUp();
    await late("/health/deep?format=figures");
    expect(responded).toEqual([]);
  });
});
