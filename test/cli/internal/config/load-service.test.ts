// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the configuration.
import { describe, expect, test } from "vitest";
import { expand } from "../../../../src/cli/internal/config/references.ts";
import { UsageError } from "../../../../src/cli/internal/usage-error.ts";
import { load, problemsOf, sources } from "./_problems.ts";

describe("a problem", () => {
  test("has its line, its column, the line itself, and a caret below what is wrong", async () => {
    expect(await problemsOf("listen:\n  port: 90000\n")).toEqual([
      'hale.yaml:2:9: listen.port must be a whole number from 0 to 65535, but is "90000".\n' +
        "  2 |   port: 90000\n" +
        "    |         ^^^^^",
    ]);
  });

  test("does not hide another: all of the file are told, in their order", async () => {
    const problems = await problemsOf(
      "log: loud\nlisten: { prot: 1 }\nchecks: { a: { url: redis://h, timeout: 500 } }\n",
    );
    expect(problems.map((problem) => problem.split("\n")[0])).toEqual([
      'hale.yaml:1:6: log must be one of text, json, off, but is "loud".',
      'hale.yaml:2:11: listen has no key "prot". Did you mean "port"? It takes: port, host, grpc, thread, stalled, interval.',
      'hale.yaml:3:41: checks.a.timeout must be a duration such as "500ms", "30s" or "2m", of 50ms or more, but is "500". Write the unit: 500ms or 500s.',
    ]);
  });

  test("keeps a tab and the end of a line of Windows where they are", async () => {
    const [problem] = await problemsOf("log: text\r\n'port':\t1\r\n");
    expect(problem).toBe(
      'hale.yaml:2:1: The configuration has no key "port". It takes: $schema, listen, checks, defaults, deadline, http, startup, history, drain, log.\n' +
        "  2 | 'port':\t1\n    | ^^^^^^",
    );
  });
});

test("a line of 100,000 words that cannot be read is told at once", async () => {
  const [problem = ""] = await problemsOf(`log: [${"a, ".repeat(100_000)}`);
  expect(problem).toContain("Unreadable YAML");
});

test("a credential of which the characters shown hold the beginning is hidden", async () => {
  const comment = `# ${" ".repeat(80)}redis://u:${"x".repeat(500)}@h`;
  const [problem = ""] = await problemsOf(`log: loud ${comment}\n`);
  expect(problem).toContain("redis://***");
  expect(problem).not.toContain("xx");
});

describe("what hale itself refuses has its place too", () => {
  test.each([
    [
      "an option of a check",
      "checks:\n  a:\n    url: redis://h\n    maxAge: 1s\n    interval: 1s\n",
      "hale.yaml:4:13:",
    ],
    [
      "a dependency in liveness",
      "checks:\n  a: { url: redis://h, probes: [liveness] }\n",
      "hale.yaml:2:6:",
    ],
    [
      "a timeout over the deadline",
      "checks:\n  a: { url: redis://h, timeout: 5s }\n",
      "hale.yaml:2:6:",
    ],
    ["a scheme that nothing opens", "checks:\n  a: gopher://h\n", "hale.yaml:2:6:"],
    ["a weak token", "http:\n  tokens: [0123456789abcdef, short]\n", "hale.yaml:2:30:"],
    ["a token with a space", "http:\n  tokens: [0123456789abcdef, 'a b']\n", "hale.yaml:2:30:"],
    [
      "a path that is given twice",
      "http: { paths: { deep: /a, liveness: /a } }\n",
      "hale.yaml:1:16:",
    ],
    ["a group of nobody", "checks:\n  a: redis://h\n  g: { group: [a, b] }\n", "hale.yaml:3:6:"],
    [
      "a drain that is shorter than its shortest",
      "drain: { min: 5s, max: 1s }\n",
      "hale.yaml:1:15:",
    ],
    ["stalls without the thread", "listen: { stalled: { liveness: 5s } }\n", "hale.yaml:1:20:"],
    [
      "a queue of what is no broker",
      "checks:\n  q: { queue: a, url: http://h }\n",
      "hale.yaml:2:6:",
    ],
    [
      "an option that a layout has not",
      "checks:\n  q: { queue: a, url: redis://h, workers: { down: 1 } }\n",
      "hale.yaml:2:43:",
    ],
    ["a file without an age", "checks:\n  q: { heartbeat: /tmp/beat }\n", "hale.yaml:2:6:"],
    [
      "a pattern that is none",
      "checks:\n  w: { http: http://h, expect: { text: { pattern: '(' } } }\n",
      "hale.yaml:2:32:",
    ],
    [
      "a program that is elsewhere",
      "checks:\n  w: { http: http://h/, scope: process }\n",
      "hale.yaml:2:32:",
    ],
    [
      "a database as the program",
      "checks:\n  w: { url: 'postgres://127.0.0.1/x', scope: process }\n",
      "hale.yaml:2:46:",
    ],
    [
      "a key of Redis as the program",
      "checks:\n  w: { heartbeat: k, url: redis://127.0.0.1, scope: process }\n",
      "hale.yaml:2:53:",
    ],
  ])("%s", async (_, text, place) => {
    const problems = await problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${place} .*\\.`));
  });
});

test.each([
  ["checks:\n  c: *missing\n", "checks.c is an alias of an anchor that does not stand before it."],
  ["defaults: *missing\n", "defaults is an alias of an anchor that does not stand before it."],
  [
    "checks:\n  q: { heartbeat: /tmp/beat }\n",
    "A heartbeat of a file needs the key age, such as age: { down: 5m }.",
  ],
  [
    "checks:\n  w: { http: http://h, expect: { text: { pattern: '(' } } }\n",
    'The option "expect" must have a regular expression as its pattern: Invalid regular expression',
  ],
  [
    "http: { tokens: ['${file:/run/secrets/tokens}'] }\n",
    "Access token 1 must be 16 to 1024 visible ASCII characters, but holds white space, such as a line break. Take it out.",
  ],
  [
    "checks:\n  w: { http: 'localhost:3000/x', scope: process }\n",
    "checks.w.http must be a URL that begins with http:// or https://",
  ],
  [
    "checks:\n  w: { url: 'gopher://localhost/x', scope: process }\n",
    "Invalid URL: it must be a URL that begins with one of",
  ],
  [
    "checks:\n  q: { queu: jobs, url: redis://h }\n",
    'checks.q has no key "queu". Did you mean "queue"? It takes: url, reopen, scope,',
  ],
  [
    "checks:\n  q: { timout: 1s, url: redis://h }\n",
    'checks.q has no key "timout". Did you mean "timeout"? It takes: url, reopen, scope,',
  ],
])("%j is refused in words of the file", async (text, message) => {
  const problems = await problemsOf(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(message);
});

describe("secrets", () => {
  const shown = async (text: string) => (await problemsOf(text)).join("\n");

  test.each([
    ["a password of a URL beside what is wrong", "checks: { a: 'redis://u:hunter2@h', b: 1s }\n"],
    ["a token beside what is wrong", "http: { tokens: [hunter2], nonsense: 1 }\n"],
    ["a weak token", "http: { tokens: [hunter2] }\n"],
    ["a header", "checks: { a: { http: 'http://h', headers: { X: hunter2 }, nonsense: 1 } }\n"],
    ["a variable of a command", "checks: { a: { exec: [a], env: { X: hunter2 }, nonsense: 1 } }\n"],
    ["a text that cannot be read", "http:\n  tokens: ['hunter2\n"],
    ["a mapping that cannot be read", "checks: { a: redis://u:hunter2@h\n"],
    ["a key that is a URL", "checks:\n  redis://u:hunter2@h: 1\n"],
    ["a DSN of libpq", 'checks: { db: "host=h user=x password=hunter2" }\n'],
    ["a DSN beside what is wrong", 'checks: { db: "host=h password=hunter2", b: 1s }\n'],
    ["a command", 'checks: { a: { exec: "redis-cli -a hunter2 ping" } }\n'],
    ["a command with a joined flag", 'checks: { a: { exec: "mysqladmin -phunter2 ping" } }\n'],
    ["an argument", "checks: { a: { exec: [x, { y: hunter2 }] } }\n"],
    [
      "an argument beside what is wrong",
      "checks: { a: { exec: [x, -p, hunter2], nonsense: 1 } }\n",
    ],
    ["a command as the check", 'checks: { a: "redis-cli -a hunter2 ping" }\n'],
    ["a key that names a credential", "checks: { a: redis://h }\npassword: hunter2\n"],
    ["a key that holds one", "checks: { a: redis://h }\npassword=hunter2: 1\n"],
    ["a token where none may stand", "http: [a] {password} hunter2\n"],
    ["a word that ends the text early", "checks: { a: b } hunter2 { c }\n"],
    ["a scalar after a mapping", "checks: { a: { exec: [a] } hunter2 }\n"],
  ])("are not shown: %s", async (_, text) => {
    expect(await shown(text)).not.toBe("");
    expect(await shown(text)).not.toContain("hunter2");
  });

  test.each([
    [
      "TAG_RESOLVE_FAILED",
      "http:\n  tokens: !hunter2!word\n",
      "A tag is unknown, or does not fit its value.",
    ],
    [
      "TAG_RESOLVE_FAILED",
      "http: { tokens: [!hunter2! x] }\n",
      "A tag is unknown, or does not fit its value.",
    ],
    [
      "TAG_RESOLVE_FAILED",
      "http: { tokens: [!<hunter2 x] }\n",
      "A tag is unknown, or does not fit its value.",
    ],
    [
      "TAG_RESOLVE_FAILED",
      "%YAML 1.1\n---\na: !!omap [{ hunter2: 1 }, { hunter2: 2 }]\n",
      "A tag is unknown, or does not fit its value.",
    ],
    ["UNEXPECTED_TOKEN", "a: |hunter2\n", "Text after | or >."],
    ["UNEXPECTED_TOKEN", "a: >hunter2\n", "Text after | or >."],
    ["UNEXPECTED_TOKEN", "a: ]hunter2\n", "Unexpected scalar token in YAML stream."],
    ["UNEXPECTED_TOKEN", "a: 'x' hunter2\n", "Unexpected scalar at node end."],
    ["BAD_DQ_ESCAPE", 'a: "\\xhunter2"\n', "Unknown escape sequence in double quotes."],
    ["BAD_DQ_ESCAPE", 'a: "\\Uhunter2"\n', "Unknown escape sequence in double quotes."],
    ["BAD_DIRECTIVE", "%YAML hunter2\n---\na: 1\n", "The line is not a directive of YAML."],
    ["BAD_DIRECTIVE", "%TAG hunter2\n---\na: 1\n", "The line is not a directive of YAML."],
    ["ALIAS_PROPS", "a: &hunter2 *hunter2\n", "An alias node must not specify any properties."],
    ["BAD_ALIAS", "a: * hunter2\n", "Alias cannot be an empty string."],
    ["BAD_INDENT", "a: [hunter2\n", "Flow sequence in block collection must"],
    ["BAD_PROP_ORDER", "&hunter2 ? a\n", "Anchors and tags must be after the ? indicator."],
    ["BAD_SCALAR_START", "a: %hunter2\n", "Plain value cannot start with directive indicator"],
    ["BLOCK_AS_IMPLICIT_KEY", "a: b: hunter2\n", "Nested mappings are not allowed"],
    ["BLOCK_IN_FLOW", "[a: - hunter2]\n", "Block collections are not allowed within flow"],
    ["DUPLICATE_KEY", "a: 1\na: hunter2\n", "Map keys must be unique."],
    ["KEY_OVER_1024_CHARS", `${"k".repeat(1100)}: hunter2\n`, "The : indicator must be at most"],
    ["MISSING_CHAR", "a: 'hunter2\n", "Missing closing '."],
    ["MULTILINE_IMPLICIT_KEY", "[hunter2\nhunter2]: 1\n", "Implicit keys need to be on a single"],
    ["MULTIPLE_ANCHORS", "a: &x &hunter2 b\n", "A node can have at most one anchor."],
    ["MULTIPLE_DOCS", "a: 1\n---\nb: hunter2\n", "A second document begins here."],
    ["MULTIPLE_TAGS", "a: !!str !hunter2 b\n", "A node can have at most one tag."],
    ["RESOURCE_EXHAUSTION", `a: ${"[".repeat(20_000)}hunter2\n`, "Nested too deep."],
    ["TAB_AS_INDENT", "a:\n\tb: hunter2\n", "Tabs are not allowed as indentation."],
  ])("are not shown where the YAML is unreadable: %s, row %#", async (_, text, sentence) => {
    const told = await shown(text);
    expect(told).toContain(`Unreadable YAML: ${sentence}`);
    expect(told).not.toMatch(/hunt|\\[xU]h/);
  });

  test("the caret stands below a secret as long as it is", async () => {
    const [problem = ""] = await problemsOf('checks: { db: "host=h password=hunter2", b: 1s }\n');
    const [message, line = "", caret = ""] = problem.split("\n");
    expect(message).toContain("hale.yaml:1:15: checks.db must be a URL");
    expect(message).toMatch(/but is another text\.$/);
    expect(line).toBe(`  1 | checks: { db: ${"*".repeat(25)}, b: 1s }`);
    expect(caret).toBe(`    | ${" ".repeat(14)}${"^".repeat(25)}`);
  });

  test.each([
    ["127.0.0.1:18208/ping", "http://127.0.0.1:18208/ping"],
    ["localhost:8000", "http://localhost:8000/…"],
    ["shop.test/health/ready/", "http://shop.test/health/ready/"],
    ["shop.test/hooks/T0hunter2", "http://shop.test/…"],
    ["shop.test/?key=hunter2", "http://shop.test/…"],
    ["admin:1234", undefined],
    ["me:hunter2@shop.test/ping", undefined],
    ["hunter2.test:pass@shop.test", undefined],
    ["tcp://shop.test:80", undefined],
    ["${PASSWORD}", undefined],
  ])("no http URL, %s, has a hint that shows none: %s", async (given, likely) => {
    const [message] = (await shown(`checks: { web: { http: '${given}' } }\n`)).split("\n");
    const hint = likely === undefined ? "" : ` Did you mean ${likely}?`;
    expect(message).toBe(
      `hale.yaml:1:24: checks.web.http must be a URL that begins with http:// or https://, but is another text.${hint}`,
    );
  });

  test("what came from a reference is not shown", async () => {
    expect(await shown("log: ${PASSWORD}\n")).toContain("but is another text.");
    expect(await shown("log: ${PASSWORD}\n")).not.toContain("p@ss");
  });
});

describe("references", () => {
  test("take the type that the key needs", () => {
    const { listen, health } = load("listen: { port: '${PORT}', host: '${EMPTY:-127.0.0.1}' }\n");
    expect(listen).toEqual({ port: 8123, host: "127.0.0.1" });
    return health.close();
  });

  test("read files, without the line break at their end", async () => {
    expect(await problemsOf("http: { tokens: ['${file:/run/secrets/token}'] }\n")).toEqual([]);
  });

  test("are encoded as the user and the password of a URL, and elsewhere as they say", () => {
    const expanded = (text: string) => expand(text, sources).text;
    expect(expanded("redis://:${PASSWORD}@h/0")).toBe("redis://:p%40ss%2Fw%25rd%3A1@h/0");
    expect(expanded("redis://${PASSWORD}:${PASSWORD}@${PORT}/0")).toBe(
      "redis://p%40ss%2Fw%25rd%3A1:p%40ss%2Fw%25rd%3A1@8123/0",
    );
    expect(expanded("redis://:${ENCODED}@h")).toBe("redis://:p%40ss@h");
    expect(expanded("redis://:${url:ENCODED}@h")).toBe("redis://:p%2540ss@h");
    expect(expanded("http://h/${PASSWORD}@x")).toBe("http://h/p@ss/w%rd:1@x");
    expect(expanded("http://h/?q=${url:PASSWORD}")).toBe("http://h/?q=p%40ss%2Fw%25rd%3A1");
  });

  test("stand for themselves after another dollar sign", async () => {
    const [problem] = await problemsOf("log: $${PORT}\n");
    expect(problem).toContain('but is "${PORT}".');
  });

  test.each([
    ["${NOPE}", "The environment variable NOPE is not set. Set it, or write ${NOPE:-default}."],
    ["${file:/nope}", "The file /nope cannot be read: ENOENT."],
    ["${}", 'A reference must be "${NAME}"'],
    ["${NOPE", 'A reference must be "${NAME}"'],
    ["${a b}", 'A reference must be "${NAME}"'],
  ])("%s is told with its place", async (reference, message) => {
    const [problem = ""] = await problemsOf(`checks:\n  a: "redis://h/${reference}"\n`);
    expect(problem).toContain(`hale.yaml:2:17: ${message}`);
    expect(problem.split("\n")[2]).toBe(`    | ${" ".repeat(16)}${"^".repeat(reference.length)}`);
  });
});

describe("YAML", () => {
  test("is JSON too", async () => {
    expect(await problemsOf('{"checks": {"a": "redis://h"}, "listen": {"port": 0}}')).toEqual([]);
  });

  test("may have keys without a value, or an empty mapping", async () => {
    expect(await problemsOf("checks:\n# a: redis://h\ndefaults:\n")).toEqual([]);
    expect(await problemsOf("{}")).toEqual([]);
  });

  test.each([
    ["", ""],
    ["\n\n", ""],
    ["# checks:\n#   a: redis://h\n", "# checks:"],
    ["---\n", "---"],
    ["null\n", "null"],
  ])("%j is empty, and the error says what to write", async (text, line) => {
    const [problem = "", ...others] = await problemsOf(text);
    expect(others).toEqual([]);
    expect(problem).toContain(
      'hale.yaml:1:1: The configuration is empty. Write its checks, as in checks: { database: "${DATABASE_URL}" }.\n' +
        `  1 | ${line}`.trimEnd(),
    );
  });

  test.each([
    ["checks:\n  a: { exec: ls }\n", "hale.yaml:2:14: checks.a.exec", "a list of one or more"],
    ["checks:\n  a: { exec: 5 }\n", "hale.yaml:2:14: checks.a.exec", "a list of one or more"],
    ["http: { tokens: abc }\n", "hale.yaml:1:17: http.tokens", "a list"],
  ])(
    "%j is one mistake, and the error says that a list is meant",
    async (text, place, expected) => {
      const problems = await problemsOf(text);
      expect(problems.map((problem) => problem.split("\n")[0])).toEqual([
        expect.stringMatching(
          `^${place} must be ${expected}, but is a \\w+\\. Write a list: \\[first, second\\]\\.$`,
        ),
      ]);
    },
  );

  test("a required key with a wrong value is not said to be missing", async () => {
    const problems = await problemsOf("checks:\n  a: { queue: [x], url: redis://h }\n");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("checks.a.queue must be");
  });

  test("has anchors, and mappings that are merged; a key of its own goes before", async () => {
    const text = `
checks:
  a: &common { url: redis://h, timeout: 300ms, critical: false }
  b: { <<: *common, url: redis://i }
  c: { <<: [*common, { interval: 1s }], timeout: 200ms }
`;
    const { names, health } = load(text);
    await health.close();
    expect(names).toEqual(["a", "b", "c"]);
    const [problem] = await problemsOf(`${text}  d: { <<: *common, timeout: 3 }\n`);
    expect(problem).toContain("hale.yaml:6:30: checks.d.timeout");
  });

  test("that contains itself, or grows without end, is refused", async () => {
    const self = await problemsOf("checks:\n  a: &a\n    group: { b: *a }\n");
    expect(self.join()).toContain("is nested too deep.");
    const rows = ["a0: &a0 { group: { x: redis://h, y: redis://h } }"];
    for (let row = 1; row < 20; row++)
      rows.push(`a${row}: &a${row} { group: { x: *a${row - 1}, y: *a${row - 1} } }`);
    const bomb = await problemsOf(`checks:\n  ${rows.join("\n  ")}\n`);
    expect(bomb.join()).toContain("has more than 20000 values.");
  });

  test("with a key that is there twice is refused, with its place", async () => {
    expect((await problemsOf("log: text\nlog: json\n"))[0]).toMatch(/^hale\.yaml:2:1: Unreadable/);
  });
});

describe("checks of the command line", () => {
  test("stand beside those of the file", async () => {
    const { names, health } = load("checks: { a: redis://h }", { words: ["b=postgres://h/x"] });
    await health.close();
    expect(names).toEqual(["a", "b"]);
  });

  test.each([
    [["redis://u:hunter2@h"], "Argument 1 must be a check as name=url"],
    [["a=redis://h", "a=redis://i"], "The check a is given twice."],
    [["a=${NOPE}"], "The check a of the command line: The environment variable NOPE is not set."],
    [["a=gopher://u:hunter2@h"], "The check a of the command line: Invalid URL"],
    [["f=redis://h"], "The check f is in hale.yaml too."],
  ])("%j is wrong use", (words, message) => {
    const loading = () => load("checks: { f: redis://h }", { words });
    expect(loading).toThrow(UsageError);
    expect(loading).toThrow(message);
    expect(loading).not.toThrow("hunter2");
  });
});

test("URLs of other languages' libraries are understood", async () => {
  const urls = [
    "psql://h/x",
    "postgis://h/x",
    "postgresql+psycopg2://h/x",
    "mysql2://h/x",
    "mysql+pymysql://h/x",
    "sqlite3:shop.db",
    "pyamqp://h",
    "mongodb+srv://h/x",
  ];
  const checks = urls.map((url, index) => `  c${index}: ${url}`).join("\n");
  expect(await problemsOf(`checks:\n${checks}\n`)).toEqual([]);
});

test("a service is the same while nothing of it has changed, secrets included", async () => {
  const identityOf = async (text: string) => {
    const { identity, health } = load(text);
    await health.close();
    return identity;
  };
  const text = "checks: { a: redis://h }\n";
  expect(await identityOf(text)).toBe(await identityOf(`# a comment\n${text}`));
  expect(await identityOf(text)).not.toBe(await identityOf("checks: { a: redis://i }\n"));
});

test.each([
  ["checks: { g: { group: [] } }", "must be a list of one or more, but is an empty list."],
  ["checks: { e: { exec: [''] } }", "checks.e.exec[0] must be a text, but is empty."],
  ["checks: { a: '${file:sec}' }", "The path of a file must be absolute, as in ${file:"],
  ["listen: { host: 'http://h' }", "listen.host must be an address of this host"],
])("%s is refused in words that do not contradict themselves", async (text, said) => {
  const [problem] = await problemsOf(text);
  expect(problem).toContain(said);
});

test("an environment without any URL is refused, as an empty file is", () => {
  const from = { ...sources, env: { HOME: "/root" } };
  const origins = { file: undefined, fromEnv: true };
  expect(() => load("", origins, from)).toThrow(/^The environment has no URL of a known server/);
});
