// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the configuration.
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { ConfigError } from "../../../../src/cli/internal/config/config-error.ts";
import { createMask } from "../../../../src/cli/internal/value-mask.ts";
import { serve } from "../../../_support/serve.ts";
import { closedPort } from "../../../_support/tcp.ts";
import { load, sources } from "./_problems.ts";

const SECRET = "hunter 2/ö";

const FROM = {
  env: {
    SECRET,
    LOCALHOST: "127.0.0.1",
    DATABASE_URL: "postgres://shopper:pa%2Fss@127.0.0.1:1/ledger?option=sesame",
  },
  readFile: (path: string) => (path === "/sec" ? `${SECRET}\n` : sources.readFile(path)),
};

/** The reasons of a configuration's checks, once each has run. */
async function reasonsOf(checks: object, words: readonly string[] = []): Promise<string> {
  const text = JSON.stringify({ checks, defaults: { timeout: "30s" }, deadline: "40s" });
  const { health } = load(text, { words }, FROM);
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

test("the mask withholds the beginning of a value that was cut, and each line of one with several", () => {
  const mask = createMask(["correct horse battery", "line one\nline two"]);
  expect(mask('received "correct hor…", and "line one".')).toBe('received "***…", and "***".');
  expect(mask("cor…")).toBe("cor…");
});
