import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { controlledAudits } from "../../src/testing/controlled-audits.ts";
import { ask } from "../_support/ask.ts";
import { startProgram } from "../_support/program.ts";
import { HOST, reservePlace } from "../servers/_place.ts";
import { COMMANDS, startOn, startOnWorkerd } from "./_start-on.ts";

/** Milliseconds after which an answer counts as none; a limit, not an expectation. */
const LIMIT = 30_000;

const control = async (base: string, action: string) =>
  (await fetch(`${base}/control/${action}`)).json();

/** What is wrong, audit by audit, with a service that is steered over HTTP. */
async function failuresOn(base: string): Promise<Record<string, string>> {
  const audits = controlledAudits(async () => {
    await control(base, "new");
    return {
      base,
      set: (state) => control(base, `set?${state}`),
      seen: () => control(base, "seen"),
      drain: () => control(base, "drain"),
      close: () => {},
    };
  }, LIMIT);
  const failures: Record<string, string> = {};
  for (const audit of audits) {
    const { message } = await audit.run();
    if (message !== undefined) failures[audit.id] = message;
  }
  return failures;
}

/** Where a runtime differs, whatever runs on it. */
const DIFFERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  bun: {},
  deno: {},
  workerd: { "http-1.0": expect.stringMatching(/400 Bad Request/) },
};

describe.each(["bun", "deno"] as const)("on %s", (runtime) => {
  test("hale/fetch passes every audit but those that the runtime itself does not", async () => {
    expect(await failuresOn(await startOn(runtime, runtime))).toEqual(DIFFERS[runtime]);
  });
});

test.each(["bun", "deno"] as const)(
  "the end of %s closes the pool and exits with 0 while a stream is open",
  async (runtime) => {
    const { port, folder } = await reservePlace();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const program = startProgram("test/runtimes/programs/end.mjs", {
      through: COMMANDS[runtime],
      env: { PORT: String(port), DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1" },
    });
    await program.line("listening");
    const stream = await fetch(`http://${HOST}:${port}/events`);
    const reader = stream.body?.getReader();
    await reader?.read();
    program.signal("SIGTERM");
    const { code, lines } = await program.ended;
    expect([code, lines.at(-1)]).toEqual([0, "the pool is closed"]);
    await reader?.cancel().catch(() => {});
  },
);

test.each(["bun", "deno"] as const)(
  "the server of %s is refused with what to do",
  async (runtime) => {
    const program = startProgram("test/runtimes/programs/refused-server.mjs", {
      through: COMMANDS[runtime],
      env: { DENO_NO_UPDATE_CHECK: "1" },
    });
    const { lines } = await program.ended;
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^HALE_BAD_OPTION .*Bun\.serve\(\) or Deno\.serve\(\).*server\.stop\(\)/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^HALE_BAD_OPTION .*attach\(\) must be .*healthHandler\(health\) of "hale\/fetch"/,
      ),
    );
  },
);

describe.each(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])("on %s", (runtime) => {
  test("hale/node attaches to a server of node:http, and listens on a port of its own", async () => {
    const base = await startOn(runtime, "node");
    const { hostname, port } = new URL(base);
    expect((await ask(base, "GET", "/health/deep")).body).toBe(
      '{"status":"healthy","checks":{"database":"ok"}}',
    );
    expect((await ask(base, "GET", "/other")).body).toBe("the application");
    const own = `http://${hostname}:${Number(port) + 1}`;
    expect(await ask(own, "GET", "/health/ready")).toMatchObject({ status: 200 });
  });
});

/** What a health says of which all clients answer. */
const ALL_CLIENTS =
  '{"status":"healthy","checks":{"store":"ok","database":"ok","upstream":"ok","address":"ok"}}';

describe.each(["2026-11-01", "2023-03-01"])("on workerd as of %s", (date) => {
  test("hale/fetch passes every audit but those that the runtime itself does not", async () => {
    expect(await failuresOn(await startOnWorkerd(date))).toEqual(DIFFERS.workerd);
  });

  test("a health of the global scope has started before the first request", async () => {
    const base = await startOnWorkerd(date);
    expect(await control(base, "runtime")).toBe("Cloudflare-Workers");
    expect(await ask(base, "GET", "/health/startup")).toMatchObject({ status: 200 });
  });

  test("runs, changes and responses are the same with node:diagnostics_channel and without", async () => {
    const base = await startOnWorkerd(date);
    // The older runtime has no modules of Node.
    expect(await control(base, "channels")).toBe(date < "2024" ? "none" : "there");
    expect(await ask(base, "GET", "/health/deep")).toMatchObject({ status: 200 });
    await control(base, "set?down");
    expect(await ask(base, "GET", "/health/deep")).toMatchObject({ status: 503 });
    expect(await control(base, "runs")).toBe(2);
    expect(await control(base, "lines")).toContainEqual(expect.stringMatching(/database.*down/));
  });

  test("requests at the same time each make a run of their own", async () => {
    const base = await startOnWorkerd(date);
    await control(base, "set?slow");
    const replies = await Promise.all([1, 2, 3].map(() => ask(base, "GET", "/health/ready")));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await control(base, "runs")).toBe(3);
  });

  test.each([
    ["degraded", "the replica lags"],
    ["down", "connection refused"],
  ])(
    "what is loaded on demand is there for each who asks, such as why it is %s",
    async (state, why) => {
      const base = await startOnWorkerd(date);
      await control(base, `set?${state}`);
      const headers = { authorization: "Bearer 0123456789abcdef" };
      const details = () => ask(base, "GET", "/health/deep", { headers });
      for (let turn = 0; turn < 2; turn++) {
        const replies = await Promise.all([1, 2, 3].map(details));
        for (const { body } of replies) expect(body).toContain(why);
      }
    },
  );

  test("a function of the service writes the body for each who asks", async () => {
    const base = await startOnWorkerd(date);
    const replies = await Promise.all([1, 2, 3].map(() => ask(base, "GET", "/formatted")));
    for (const { status, body } of replies) expect([status, body]).toEqual([200, '{"is":"up"}']);
  });

  test("each change is logged, whichever request has found it", async () => {
    const base = await startOnWorkerd(date);
    for (const state of ["up", "down", "up"]) {
      await control(base, `set?${state}`);
      await ask(base, "GET", "/health/ready");
    }
    expect(await control(base, "lines")).toEqual([
      "hale: service is serving, was starting",
      "hale: check database is up, was unknown",
      "hale: check cache is up, was unknown",
      "hale: check database is down, was up: connection refused",
      "hale: check database is up, was down",
    ]);
  });

  test("a check that hangs is down for each who asks, and up at once when it answers again", async () => {
    const base = await startOnWorkerd(date);
    await control(base, "set?hanging");
    for (let request = 0; request < 4; request++) {
      expect(await ask(base, "GET", "/health/ready")).toMatchObject({ status: 503 });
    }
    expect(await control(base, "runs")).toBe(4);
    await control(base, "set?up");
    expect(await ask(base, "GET", "/health/ready")).toMatchObject({ status: 200 });
  });

  test.each([
    ["made where modules are loaded", "/clients"],
    ["that the first request makes", "/clients/late"],
  ])(
    "clients that are recognised, an HTTP check and one of a URL, of a health %s, answer all who ask at the same time",
    async (_, path) => {
      const base = await startOnWorkerd(date);
      for (let turn = 0; turn < 3; turn++) {
        const replies = await Promise.all([1, 2, 3, 4].map(() => ask(base, "GET", path)));
        expect(replies.map(({ body }) => body)).toEqual(replies.map(() => ALL_CLIENTS));
      }
    },
  );

  test("a pool that lends nothing is down for each who asks, and up at once when it lends again", async () => {
    const base = await startOnWorkerd(date);
    await ask(base, "GET", "/clients/lend?never");
    const failed = ALL_CLIENTS.replace("healthy", "unhealthy").replace(
      '"database":"ok"',
      '"database":"failed"',
    );
    for (let turn = 0; turn < 2; turn++) {
      const replies = await Promise.all([1, 2].map(() => ask(base, "GET", "/clients")));
      expect(replies.map(({ body }) => body)).toEqual([failed, failed]);
    }
    await ask(base, "GET", "/clients/lend");
    const replies = await Promise.all([1, 2].map(() => ask(base, "GET", "/clients")));
    expect(replies.map(({ body }) => body)).toEqual([ALL_CLIENTS, ALL_CLIENTS]);
  });

  test("an interval is refused", async () => {
    const base = await startOnWorkerd(date);
    expect(await control(base, "interval")).toMatch(/^HALE_BAD_OPTION .*left out on workerd/);
  });
});

/** Static imports and exports, each a statement of its own, and imports on demand. */
const IMPORTS =
  /(?<=^|[;}\n])(?:import|export)\b(?:[^;"`]*?\bfrom)?\s*"([^"\n]+)"|\bimport\(["`]([^"`\n]+)["`]\)/g;

describe.each(["dist/index.js", "dist/adapters/fetch.js"])("%s", (entry) => {
  test("imports nothing but files of the package, nor does what it loads on demand", () => {
    const files = new Set<string>();
    const outer: string[] = [];
    const walk = (file: string) => {
      if (files.has(file)) return;
      files.add(file);
      const text = readFileSync(file, "utf8");
      for (const [, statement, onDemand] of text.matchAll(IMPORTS)) {
        const to = statement ?? onDemand ?? "";
        if (to.startsWith(".")) walk(join(dirname(file), to));
        else outer.push(`${file}: ${to}`);
      }
    };
    walk(entry);
    expect(files.size).toBeGreaterThan(1);
    expect(outer).toEqual([]);
  });
});
