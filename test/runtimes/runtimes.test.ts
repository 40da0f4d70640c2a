import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { ADAPTER_RULES } from "../../src/testing/adapter-rules.ts";
import { createAudit } from "../../src/testing/audit.ts";
import { Wire } from "../../src/testing/wire.ts";
import { ask } from "../_support/ask.ts";
import { RUNTIMES, startOn, startOnWorkerd } from "./_runtimes.ts";

/** Milliseconds after which an answer counts as none; a limit, not an expectation. */
const LIMIT = 30_000;

const control = async (base: string, action: string) =>
  (await fetch(`${base}/control/${action}`)).json();

/** What is wrong, audit by audit, with a service that is steered over HTTP. */
async function failuresOn(base: string): Promise<Record<string, string>> {
  const wire = new Wire(base, LIMIT);
  const failures: Record<string, string> = {};
  for (const rule of ADAPTER_RULES) {
    const seen: string[] = [];
    const steered = async <T>(asked: () => Promise<T>): Promise<T> => {
      await steering;
      const reply = await asked();
      seen.splice(0, seen.length, ...(await control(base, "seen")));
      return reply;
    };
    let steering: Promise<unknown> = control(base, "new");
    const audit = createAudit(rule, (look) =>
      look({
        ask: (method, target, asking) => steered(() => wire.ask(method, target, asking)),
        send: (text) => steered(() => wire.send(text)),
        set(state) {
          steering = control(base, `set?${state}`);
        },
        seen,
        drain() {
          steering = control(base, "drain");
        },
      }),
    );
    const { message } = await audit.run();
    if (message !== undefined) failures[rule.id] = message;
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

describe.each(Object.keys(RUNTIMES) as (keyof typeof RUNTIMES)[])("on %s", (runtime) => {
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

describe.each(["2026-11-01", "2023-03-01"])("on workerd as of %s", (date) => {
  test("hale/fetch passes every audit but those that the runtime itself does not", async () => {
    expect(await failuresOn(await startOnWorkerd(date))).toEqual(DIFFERS.workerd);
  });

  test("a health of the global scope has started before the first request", async () => {
    const base = await startOnWorkerd(date);
    expect(await control(base, "runtime")).toBe("Cloudflare-Workers");
    expect(await ask(base, "GET", "/health/startup")).toMatchObject({ status: 200 });
  });

  test("requests at the same time each make a run of their own", async () => {
    const base = await startOnWorkerd(date);
    await control(base, "set?slow");
    const replies = await Promise.all([1, 2, 3].map(() => ask(base, "GET", "/health/ready")));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await control(base, "runs")).toBe(3);
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

  test("an interval is refused", async () => {
    const base = await startOnWorkerd(date);
    expect(await control(base, "interval")).toMatch(/^HALE_BAD_OPTION .*left out on workerd/);
  });
});

/** Static imports and exports, which begin or end a line, and those on demand. */
const IMPORTS = /(?:^import |^(?:import|export|\}) .*?\bfrom |\bimport\()"([^"\n]+)"/gm;

describe.each(["dist/index.js", "dist/adapters/fetch.js"])("%s", (entry) => {
  test("imports nothing but files of the package, nor does what it loads on demand", () => {
    const files = new Set<string>();
    const outer: string[] = [];
    const walk = (file: string) => {
      if (files.has(file)) return;
      files.add(file);
      const text = readFileSync(file, "utf8");
      for (const [, to = ""] of text.matchAll(IMPORTS)) {
        if (to.startsWith(".")) walk(join(dirname(file), to));
        else outer.push(`${file}: ${to}`);
      }
    };
    walk(entry);
    expect(files.size).toBeGreaterThan(1);
    expect(outer).toEqual([]);
  });
});
