import { describe, expect, test } from "vitest";
import { createMask } from "../../src/contract/value-mask.ts";
import {
  credentialsIn,
  hostsIn,
  PATTERNS,
  stacksIn,
  versionsIn,
} from "../../src/testing/internal/disclosures.ts";
import type { Reply } from "../../src/testing/internal/raw-reply.ts";
import { endsWithin } from "../_support/backtracks.ts";

const URL_OF_SERVICE = new URL("http://10.0.0.1:8001/health");

const withBody = (body: string): Reply => ({ status: 200, headers: {}, body, together: true });
const withHeaders = (headers: Reply["headers"]): Reply => ({ ...withBody(""), headers });

/** Bodies of endpoints that tell nothing. */
const HARMLESS = [
  "",
  "OK",
  '{"status":"ok"}',
  '{"status":"healthy","checks":{"database":"ok","cache":"ok"}}',
  '{"status":"unhealthy","checks":{"database":"failed","token":"ok","password-store":"down"}}',
  '{"status":"UP","components":{"db":{"status":"UP"},"diskSpace":{"status":"UP"}}}',
  '{"uptime":12345.6,"latency":12,"rate":"1.5"}',
  "[+]ping ok\n[+]database ok\nreadyz check passed\n",
  "The service looks at the clock every 10:20:30",
];

test.each(HARMLESS)("nothing is found in %j", (body) => {
  const reply = withBody(body);
  expect(versionsIn(reply)).toEqual([]);
  expect(hostsIn(reply, URL_OF_SERVICE)).toEqual([]);
  expect(stacksIn(reply)).toEqual([]);
  expect(credentialsIn(reply)).toEqual([]);
});

describe("versions", () => {
  test.each([
    [{ server: "nginx/1.25.3" }],
    [{ server: "Werkzeug/3.0.1 Python/3.12.1" }],
    [{ "x-powered-by": "PHP/8.2.1" }],
    [{ "x-powered-by": "Express" }],
    [{ "x-aspnet-version": "4.0.30319" }],
  ])("are found in %j", (headers) => {
    expect(versionsIn(withHeaders(headers as never))).toHaveLength(1);
  });

  test("are none in a name alone", () => {
    expect(versionsIn(withHeaders({ server: "nginx" }))).toEqual([]);
    expect(versionsIn(withHeaders({ server: "gunicorn", via: "1.1 varnish" }))).toEqual([]);
  });

  test.each([
    "PostgreSQL 16.2 (Debian)",
    '{"node":"Node.js v20.11.1"}',
    '{"version":"1.4.2"}',
    '{"nodeVersion":"v20.1.0"}',
    '{"commit":"3f2a91c"}',
    "redis 7.2.4",
  ])("are found in %j", (body) => {
    expect(versionsIn(withBody(body))).not.toEqual([]);
  });
});

describe("hosts", () => {
  test.each([
    "connect ECONNREFUSED 10.0.0.7:5432",
    '{"host":"web-1"}',
    '{"podName":"shop-7d9f"}',
    "getaddrinfo ENOTFOUND db.internal",
    "postgres-primary:5432 is down",
    "dial tcp [fd00::7]:6379",
    "shop.abc123.eu-west-1.rds.amazonaws.com",
    "http://orders.default.svc.cluster.local/health",
  ])("are found in %j", (body) => {
    expect(hostsIn(withBody(body), URL_OF_SERVICE)).not.toEqual([]);
  });

  test("are found in headers", () => {
    const reply = withHeaders({ "x-served-by": "cache-fra-1", "x-pod": "shop-7d9f" });
    expect(hostsIn(reply, URL_OF_SERVICE)).toEqual([
      "x-served-by: cache-fra-1",
      "x-pod: shop-7d9f",
    ]);
  });

  test("are none where a body repeats the host that the caller has sent", () => {
    expect(hostsIn(withBody("http://10.0.0.1:8001/health is up"), URL_OF_SERVICE)).toEqual([]);
  });

  test("of which there are many are counted", () => {
    const body = Array.from({ length: 9 }, (_, index) => `10.0.0.${index}:5432`).join(" ");
    expect(hostsIn(withBody(body), URL_OF_SERVICE).at(-1)).toBe("and 6 more");
  });
});

describe("stack traces", () => {
  test.each([
    ["Node", "Error: no\n    at Object.<anonymous> (/app/health.js:10:15)"],
    ["Node in JSON", '{"stack":"Error: no\\n    at run (file:///app/a.mjs:1:2)"}'],
    ["Express in HTML", "<pre>Error: no<br> &nbsp; &nbsp;at run (/app/a.js:1:2)</pre>"],
    ["Python", 'Traceback (most recent call last):\n  File "/app/a.py", line 3, in f'],
    ["Django in HTML", "File &quot;/app/a.py&quot;, line 3, in f"],
    ["Java", "\tat org.acme.Health.check(Health.java:42)"],
    ["Go", "goroutine 1 [running]:\nmain.main()\n\t/app/main.go:12 +0x1d"],
    ["Ruby", "app/models/health.rb:12:in `check'"],
    ["PHP", "#0 /var/www/index.php(12): check()"],
    [".NET", "   at Shop.Health.Check(String name) in /src/Health.cs:line 12"],
    ["Rust", "thread 'main' panicked at src/main.rs:2:5"],
  ])("of %s are found", (_, body) => {
    expect(stacksIn(withBody(body))).not.toEqual([]);
  });
});

describe("credentials", () => {
  test.each([
    ["postgres://shop:hunter2@db/shop", "hunter2"],
    ['{"password":"hunter2"}', "hunter2"],
    ["Authorization: Bearer abcdef0123456789", "abcdef0123456789"],
    ["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI", "wJalrXUtnFEMI"],
    ['{"error":"connect failed","dsn":"redis://:hunter2@cache:6379"}', "hunter2"],
  ])("are found in %j, and are not repeated", (body, secret) => {
    const found = credentialsIn(withBody(body));
    expect(found).not.toEqual([]);
    expect(found.join()).not.toContain(secret);
    expect(found.join()).toContain("***");
  });

  test.each([
    ['<script>window.state = {"password":"hunter2"}</script>', "hunter2"],
    ["<script>\nconst token = 'abcdef0123456789';\n</script>", "abcdef0123456789"],
    ["<p>ok</p><script>connect(`postgres://shop:hunter2@db/shop`)", "hunter2"],
    ["<script>a()</script><p>password: hunter2</p><script>b()</script>", "hunter2"],
    [String.raw`<script>x = "a\"b", password = "hunter2"</script>`, "hunter2"],
    [String.raw`<script>s = JSON.parse("{\"password\":\"hunter2\"}")</script>`, "hunter2"],
    [String.raw`<script>s = '{"a":"it\'s","password":"hunter2"}'</script>`, "hunter2"],
    ['<script>password   =\n  "hunter2"</script>', "hunter2"],
    ['<script>s=t.replace(/"/g,""); password="hunter2"</script>', "hunter2"],
    [`<script>s=t.split(/'/); x={"password":'hunter2'}</script>`, "hunter2"],
    [`<script>a=/"/; b="x"; password = "hun+ter2"</script>`, "hun+ter2"],
    ['<script>password = "aHVudGVyMg="</script>', "aHVudGVyMg"],
    ["<script>s = `first line\npassword=hunter2\n`</script>", "hunter2"],
    ['<script>s = `first line\n{"password":"hunter2"}', "hunter2"],
    [
      String.raw`<script>s = "{\"a\":\"${"x".repeat(9000)}\",\"password\":\"hunter2\"}"</script>`,
      "hunter2",
    ],
  ])("are found in and beside scripts: %j", (body, secret) => {
    const found = credentialsIn(withBody(body));
    expect(found).not.toEqual([]);
    expect(found.join()).not.toContain(secret);
  });

  test.each([
    'let token = "", tag = "";',
    "token = field.value.trim();",
    'headers.authorization = "Bearer " + token;',
    "const key = focused && focused.id;",
    'url = "?token=" + token + "&page=" + page;',
    'url="?token="+token+"&page="+page;',
    'text = ["token=", token, "&page="].join("");',
    'set("token=")("page=");',
    "list = `first\nsecond`; token = field.value;",
  ])("that a script reads elsewhere are none: %s", (code) => {
    expect(credentialsIn(withBody(`<p>ok</p><script type="module">${code}</script>`))).toEqual([]);
  });

  test.each([
    ["password", "password=hunter2", "hunter2"],
    ["token", '{"token":"eyabc12345xyz"}', "eyabc12345xyz"],
    ["s3cretword", "GET /health?token=s3cretword, password=hunter2", "hunter2"],
  ])("are found beside what the caller has sent, %s: %s", (sent, body, secret) => {
    const found = credentialsIn(withBody(body), createMask({ values: [sent] }));
    expect(found).toEqual([expect.stringContaining("***")]);
    expect(found.join()).not.toContain(secret);
    expect(found.join()).not.toContain(sent);
  });

  test.each([
    ["s3cretword", "GET /health?token=s3cretword is up"],
    ["s3cretword", '{"token":"s3cretword"}'],
    ["s3cret/word", "GET /health?token=s3cret%2Fword"],
    ["true", '{"ok":true,"password":"true"}'],
  ])("that the caller has sent are none, %s: %s", (sent, body) => {
    expect(credentialsIn(withBody(body), createMask({ values: [sent] }))).toEqual([]);
  });

  test("that are masked already are none", () => {
    expect(credentialsIn(withBody("postgres://***@db/shop"))).toEqual([]);
  });
});

test.each([
  "a.".repeat(30_000),
  '"'.repeat(60_000),
  "at ".repeat(20_000),
  `at ${"/".repeat(60_000)}`,
  "1.".repeat(30_000),
  `[${":".repeat(60_000)}`,
  `"version${" ".repeat(60_000)}`,
  '\\"'.repeat(30_000),
  `${"a".repeat(60)}  `.repeat(1000),
  "a= ".repeat(20_000),
  'a="'.repeat(20_000),
  "a=`".repeat(20_000),
  "a=`\n".repeat(15_000),
  `a="${"\\".repeat(60_000)}`,
  `+${"+ ".repeat(30_000)}x`,
])("no expression steps back much in a body that is made for it", (body) => {
  for (const pattern of PATTERNS) {
    expect(`${pattern} ${endsWithin(pattern, body, 60_000 * 1000)}`).toBe(`${pattern} true`);
  }
});
