// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the configuration.
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { importDriver } from "../../../../src/checks/internal/url/import-driver.ts";
import { ConfigError } from "../../../../src/cli/internal/config/config-error.ts";
import { maskedCheck } from "../../../../src/cli/internal/config/masked-check.ts";
import { createReferenceMask } from "../../../../src/cli/internal/config/reference-mask.ts";
import { type Check, createHealth, defineCheck } from "../../../../src/index.ts";
import { serve } from "../../../_support/serve.ts";
import { closedPort } from "../../../_support/tcp.ts";
import { postgres } from "../../../servers/postgres.ts";
import { load, sources } from "./_problems.ts";

const SECRET = "hunter 2/ö";

const FROM = {
  env: {
    SECRET,
    LOCALHOST: "127.0.0.1",
    DATABASE_URL:
      "postgres://shopper:pa%2Fss@127.0.0.1:1/ledger?sslmode=require&sslpassword=sesame",
  },
  readFile: (path: string) => (path === "/sec" ? `${SECRET}\n` : sources.readFile(path)),
};

/** The reasons of a configuration's checks, once each has run. */
async function reasonsOf(
  checks: object,
  words: readonly string[] = [],
  from = FROM as Parameters<typeof load>[2],
): Promise<string> {
  const text = JSON.stringify({ checks, defaults: { timeout: "30s" }, deadline: "40s" });
  const { health } = load(text, { words }, from);
  onTestFinished(() => health.close());
  const report = await health.report("deep");
  expect(report.checks.map(({ status }) => status)).not.toContain("up");
  return JSON.stringify(report.checks.map(({ reason, code }) => ({ reason, code })));
}

const FAIL = "echo cannot log in as $T >&2; exit 1";
const NODE = process.execPath;

test.each([
  ["a variable of a command", { exec: ["sh", "-c", FAIL], env: { T: "${file:/sec}" } }],
  ["an argument", { exec: ["sh", "-c", "echo $0; exit 1", "${file:/sec}"] }],
  ["an argument, from the environment", { exec: ["sh", "-c", "echo $0; exit 1", "${SECRET}"] }],
  ["a program", { exec: ["${file:/sec}"] }],
  ["a heartbeat", { heartbeat: "/nope/${file:/sec}", age: { down: "1m" } }],
  [
    "Base64",
    {
      exec: [
        NODE,
        "-e",
        'console.log(btoa(unescape(encodeURIComponent("user:" + process.env.T)))), process.exit(1)',
      ],
      env: { T: "${SECRET}" },
    },
  ],
  [
    "percent signs",
    {
      exec: [NODE, "-e", "console.log(encodeURIComponent(process.env.T)), process.exit(1)"],
      env: { T: "${SECRET}" },
    },
  ],
  [
    "a line that is too long to be shown whole",
    {
      exec: ["sh", "-c", 'printf "%s%2000s\\n" "$T" x; exit 1'],
      env: { T: "${SECRET}" },
    },
  ],
])("no reason shows what a reference stands for: %s", async (_, check) => {
  const reasons = await reasonsOf({ check });
  expect(reasons).toContain("***");
  expect(reasons).not.toMatch(/hunter|aHVudGV|h1bnRlc|odW50ZX/);
});

test.each([
  ["a text", { text: "${file:/sec}!" }],
  ["a pattern", { text: { pattern: "${file:/sec}!" } }],
  ["a header", { headers: { "x-key": "${file:/sec}" } }],
  ["a value", { json: { "/key": "${file:/sec}" } }],
])("an expectation of HTTP is not shown: %s", async (_, expected) => {
  const server = createServer((_request, response) => {
    response.end(`{"told": ${JSON.stringify(SECRET)}}`);
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  const reasons = await reasonsOf({ check: { http: base, expect: expected } });
  expect(reasons).toContain("***");
  expect(reasons).not.toContain("hunter");
});

test("the user and the database of a URL are not shown, and its host is", async () => {
  const exec = [
    NODE,
    "-e",
    'console.log(\'no role "shopper" with pa/ss (pa%2Fss) for "ledger", sesame at 127.0.0.1\'), process.exit(1)',
  ];
  const reasons = await reasonsOf({ check: { exec, env: { URL: "${DATABASE_URL}" } } });
  expect(reasons).toContain('no role \\"***\\" with *** (***) for \\"***\\", *** at 127.0.0.1');
});

test("the host of a URL is shown, also where a reference stands for it", async () => {
  const port = await closedPort();
  const reasons = await reasonsOf({ check: `tcp://\${LOCALHOST}:${port}` });
  expect(reasons).toContain(`127.0.0.1:${port}`);
});

test("what a reference of the command line stands for is not shown either", async () => {
  const check = { exec: ["sh", "-c", FAIL], env: { T: SECRET } };
  const reasons = await reasonsOf({ check }, ["other=http://127.0.0.1:1/${SECRET}"]);
  expect(reasons).toContain("cannot log in as ***");
});

test("a misconfiguration does not show what a reference stands for", () => {
  const text = "checks: { a: { http: 'http://h', expect: { text: { pattern: '(${SECRET}' } } } }";
  const from = { ...FROM, env: { SECRET: "hunter2" } };
  expect(() => load(text, {}, from)).toThrow(ConfigError);
  expect(() => load(text, {}, from)).toThrow(/\*\*\*/);
  expect(() => load(text, {}, from)).not.toThrow(/hunter/);
});

test("a default, a number and a short value are shown", async () => {
  const exec = ["sh", "-c", "echo $A $B 30s $0; exit 1", "${S}"];
  const text = JSON.stringify({
    checks: { check: { exec, env: { A: "${NONE:-plain}", B: "word" }, timeout: "${T}" } },
    deadline: "40s",
  });
  const { health } = load(text, {}, { ...FROM, env: { T: "30s", S: "abc" } });
  onTestFinished(() => health.close());
  const { checks } = await health.report("deep");
  expect(checks[0]?.reason).toContain("plain word 30s abc");
});

test.each([
  ["one that hale encodes", "${url:KEY}", "ab/cret zz9"],
  ["one that is encoded already", "${KEY}", "ab%2Fcret%20zz9"],
  ["one that is encoded in part", "${KEY}", "ab/cret%20zz9"],
])("what a server decodes and repeats is not shown: %s", async (_, reference, KEY) => {
  const server = createServer(({ url = "" }, response) => {
    response.end(`no such key: ${decodeURIComponent(url)}`);
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  const check = { http: `${base}/${reference}`, expect: { text: "found" } };
  const reasons = await reasonsOf({ check }, [], { ...FROM, env: { KEY } });
  expect(reasons).toContain("no such key: /***");
  expect(reasons).not.toContain("cret");
});

test("what the environment was searched for is not shown either", async () => {
  const server = await postgres.start();
  onTestFinished(() => server.stop());
  const url = new URL(server.url);
  url.username = "shopper";
  url.pathname = "/ledger";
  const env = { DATABASE_URL: url.href };
  const text = '{ defaults: { timeout: "30s" }, deadline: "40s" }';
  const { health, loadDrivers } = load(text, { fromEnv: true }, { ...FROM, env });
  onTestFinished(() => health.close());
  await loadDrivers();
  const [database] = (await health.report("deep")).checks;
  expect(database).toMatchObject({ name: "database", status: "down" });
  expect(database?.reason).toContain('user "***"');
});

/** The report of a check that is masked. */
async function reportOfMasked(run: () => Promise<unknown>, value: string) {
  const check = defineCheck({ scope: "dependency", run: run as Check["run"] });
  const checks = { check: maskedCheck(check, createReferenceMask([value])) };
  const health = createHealth({ checks, logger: false });
  onTestFinished(() => health.close());
  return (await health.report("deep")).checks[0];
}

test("the advice to install a driver is whole, also where a part of the URL is one of its words", async () => {
  const run = () => importDriver("mysql", "no-such-driver");
  expect(await reportOfMasked(run, "mysql://root:s@127.0.0.1:1/mysql")).toMatchObject({
    code: "HALE_DRIVER_MISSING",
    reason: expect.stringMatching(
      /^hale found no driver for mysql URLs, .* npm install no-such-driver/,
    ),
  });
});

describe("the mask of references", () => {
  test("withholds the beginning of a value that was cut, and each line of one with several", () => {
    const mask = createReferenceMask(["correct horse battery", "line one\nline two"]);
    expect(mask('received "correct hor…", and "line one".')).toBe('received "***…", and "***".');
    expect(mask("cor…")).toBe("cor…");
  });

  test("leaves the host of a URL, also where its user or a part of another word is the same", () => {
    const mask = createReferenceMask([
      "redis://redis:pw12@redis:6379",
      "postgres://shop:shop-db@shop-db.internal/ledger",
    ]);
    const shown = "getaddrinfo ENOTFOUND redis: no knowledge of ledgers at shop-db.internal:5432";
    expect(mask(shown)).toBe(shown);
    expect(mask("WRONGPASS pw12 for redis; shop, shop-db, ledger")).toBe(
      "WRONGPASS *** for redis; ***, ***, ***",
    );
  });

  test("leaves what a query has besides credentials", () => {
    const mask = createReferenceMask(["postgres://127.0.0.1/x?sslmode=require&sslpassword=sesame"]);
    expect(mask("SSL required by require, not by sesame")).toBe(
      "SSL required by require, not by ***",
    );
  });

  test("withholds a long name and the path of a webhook within words too", () => {
    const mask = createReferenceMask([
      "https://0123456789abcdefghij@127.0.0.1/",
      "https://hooks.slack.com/services/T0123/B0456/a1b2c3d4",
    ]);
    expect(mask("x0123456789abcdefghijx a1b2c3d4e services T0123 services/T0123/B0456")).toBe(
      "x***x ***e services *** services/***/***",
    );
  });
});

test.each([
  ["an exception of the web platform", new DOMException("aborted by SECRET", "TimeoutError")],
  ["its cause", new Error("", { cause: new DOMException("by SECRET", "TimeoutError") })],
])("a failure has the code that it has without a mask: %s", async (_, failure) => {
  const check = await reportOfMasked(() => Promise.reject(failure), "SECRET");
  expect(check).toMatchObject({ code: "TimeoutError" });
  expect(check?.reason).toMatch(/by \*\*\* \(TimeoutError\)$/);
});

test("a figure that is not there does not make an up check down", async () => {
  const observations = { missing: undefined, none: null, version: { value: "v SECRET" } };
  const check = await reportOfMasked(async () => ({ status: "up", observations }), "SECRET");
  expect(check).toMatchObject({ status: "up", observations: { version: { value: "v ***" } } });
});

test("a secret of several words is masked before what is around it is withheld", async () => {
  const failure = new Error("cannot log in: password=correct horse battery");
  const check = await reportOfMasked(() => Promise.reject(failure), "correct horse battery");
  expect(check?.reason).toBe("cannot log in: password=***");
});

test("a password that is the text of its host is masked, but for the host with its port", () => {
  const mask = createReferenceMask(["redis://:postgres@postgres:6379"]);
  expect(mask("WRONGPASS postgres")).toBe("WRONGPASS ***");
  expect(mask("connect ECONNREFUSED postgres:6379")).toBe("connect ECONNREFUSED postgres:6379");
  expect(mask("redis://:postgres@postgres:6379")).toBe("***");
});
