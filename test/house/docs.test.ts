import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import {
  COMMAND_CODES,
  MISUSE_CODES,
  REASON_CODES,
  RESPONSE_CODES,
  WARNING_CODES,
} from "../../src/contract/errors.ts";
import { EXPOSURES } from "../../src/contract/format.ts";
import { CHECK_OPTION_RULES } from "../../src/contract/options.ts";
import { PROBES, type Probe } from "../../src/contract/probe.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { redact } from "../../src/report/redact.ts";
import { ADAPTER_RULES } from "../../src/testing/adapter-rules.ts";
import { ENDPOINT_RULES } from "../../src/testing/endpoint-rules.ts";
import { compose, serve } from "../_support/compose.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { FAULTS, type FaultRow } from "../contracts/fault-contract.ts";
import { blocksOf, codesOf, PAGES, proseOf, publicFiles, rowsOf, sectionOf } from "./_pages.ts";

/** Pages of a room that have no file, and why. */
const WITHOUT_FILE: Readonly<Record<string, string>> = {
  "checks/function": "an async function needs no file: the core takes it",
};

/** Files of the checks that are no check themselves. */
const ABOUT_CHECKS = ["detect", "from-url", "migrations-applied"];

/** The options of a check. */
const CHECK_OPTIONS: readonly string[] = Object.keys(CHECK_OPTION_RULES);

const SOURCES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join("src", file), "utf8"));

describe.each(["checks", "formats", "adapters"])("in %s", (room) => {
  const files = publicFiles(room);

  test.each(files)("%s has a page and a test of its name", (name) => {
    expect([`docs/${room}/${name}.md`, `test/${room}/${name}.test.ts`]).toSatisfy(
      (paths: string[]) => paths.every((path) => existsSync(path)),
    );
  });

  test("every page has a file of its name", () => {
    const pages = readdirSync(`docs/${room}`)
      .filter((file) => file.endsWith(".md"))
      .map((file) => file.replace(/\.md$/, ""));
    const orphans = pages.filter((name) => !files.includes(name));
    const allowed = Object.keys(WITHOUT_FILE).filter((page) => page.startsWith(`${room}/`));
    expect(orphans.map((name) => `${room}/${name}`)).toEqual(allowed);
  });
});

test("every error code is described, in the order of the alphabet, and no other is", () => {
  const described = headingsOf("docs/errors.md", 2);
  const told = SOURCES.flatMap((source) => source.match(/\bHALE_[A-Z_]+\b/g) ?? []);
  const codes = new Set<string>([
    ...MISUSE_CODES,
    ...REASON_CODES,
    ...RESPONSE_CODES,
    ...COMMAND_CODES,
    ...WARNING_CODES,
  ]);
  expect(described).toEqual([...codes].sort());
  expect(told.filter((code) => !codes.has(code))).toEqual([]);
});

test('a docstring begins with a noun or a verb, and never with "What"', () => {
  const asking = SOURCES.flatMap((source) => source.match(/^ *(?:\/\*\*|\*) What\b.*/gm) ?? []);
  expect(asking).toEqual([]);
});

test("the page of the audits lists every audit", async () => {
  const listed = (rules: readonly { name: string; id: string; why: string; source: string }[]) =>
    rules
      .map(
        ({ name, id, why, source }, index) =>
          `${index + 1}. ${name} (\`${id}\`). ${why} From: ${source}.`,
      )
      .join("\n");
  const page = `# Audits

The rules of every adapter, whatever the framework, and of every health endpoint, of hale or not.
MUST and SHOULD have the meaning of RFC 2119. [Testing](testing.md) explains how to run the audits yourself.

The code is in \`src/testing/\`; \`npx vitest run test/house/docs.test.ts -u\` writes this page from it.

## Adapters

\`adapterAudits\` runs these. hale's own tests run them on real servers: \`node:http\`, \`node:http2\` with and
without TLS, Express 4 and 5, Fastify 4 and 5, Koa, hapi, h3 and Hono, with the adapter and attached, Nest
on Express and on Fastify, Next.js, Hono and Elysia on Bun, and \`hale/fetch\` on Node, Bun, Deno and workerd.
Where a framework or runtime cannot follow a rule, the tests verify its behaviour instead, and its page describes it.

${listed(ADAPTER_RULES)}

## Endpoints

\`audits\` and \`auditEndpoint\` run these.

${listed(ENDPOINT_RULES)}
`;
  await expect(page).toMatchFileSnapshot("../../docs/audits.md");
});

describe("the page of faults", () => {
  const folder = "test/checks/golden/faults";
  const rows = readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as FaultRow);

  test("has a row for every check", () => {
    const checks = publicFiles("checks").filter((name) => !ABOUT_CHECKS.includes(name));
    expect([...new Set(rows.map(({ check }) => check))].sort()).toEqual(checks);
  });

  test("says what the tests of each check have seen", async () => {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    const page = `# Faults

What becomes of each check, over each client, at each fault of its server: the state, and the reason that an access token
and the log are told. The tests put every client through these against the real server, and write this page. Where a fault
cannot befall a client, the cell says why.

- **refused**: no program listens at the port.
- **hang**: the connection is accepted, and nothing is ever answered.
- **killed in mid-check**: the server stands still while a run is under way, and is killed.
- **recovered**: the same server is started again, and the client is the same.

${line(["check", "client", ...FAULTS])}
${line(["check", "client", ...FAULTS].map(() => "---"))}
${rows.map(({ check, client, cells }) => line([`[${check}](checks/${check}.md)`, client, ...FAULTS.map((fault) => cells[fault])])).join("\n")}
`;
    await expect(page).toMatchFileSnapshot("../../docs/faults.md");
  });
});

describe("links", () => {
  const links = PAGES.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^https?:/.test(target))
      .map((target) => ({ page, target })),
  );

  test("are found at all", () => {
    expect(links.length).toBeGreaterThan(50);
  });

  test("lead to a file, and to a heading of it", () => {
    const broken = links.filter(({ page, target }) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("lead from the index to every page but the decisions, which are numbered", () => {
    const listed = links
      .filter(({ page }) => page === "docs/README.md")
      .map(({ target }) => join("docs", target));
    const unlisted = PAGES.filter(
      (page) =>
        page.startsWith("docs/") &&
        page !== "docs/README.md" &&
        !page.startsWith("docs/decisions/") &&
        !listed.includes(page),
    );
    expect(unlisted).toEqual([]);
  });
});

test("each decision has a number of its own, in its name and in its heading", () => {
  const files = readdirSync("docs/decisions").sort();
  expect(files.length).toBeGreaterThan(0);
  const numbers = files.map((file) => {
    const [, number = ""] = /^(\d{4})-[a-z0-9-]+\.md$/.exec(file) ?? [];
    const [heading] = headingsOf(`docs/decisions/${file}`, 1);
    expect(heading).toMatch(new RegExp(`^${Number(number)}\\. `));
    return number;
  });
  expect(new Set(numbers).size).toBe(files.length);
});

describe("the tables of options", () => {
  /** An option, by its path below what `createHealth` takes, such as `http.paths`. */
  const options = ["### Of a check", "### Of the service"]
    .flatMap((heading) => rowsOf(sectionOf("docs/probes.md", heading)))
    .map(([name, preset = "", takes = ""]) => ({ name: String(codesOf(name)[0]), preset, takes }));

  /** What `createHealth` is given so that one option has a value. */
  function given(path: string, value: unknown): HealthOptions {
    const check = () => defineCheck({ scope: "dependency", run: () => {}, [path]: value } as never);
    if (CHECK_OPTIONS.includes(path)) return { checks: { it: check() } };
    const [outer = "", inner] = path.split(".");
    return { [outer]: inner === undefined ? value : { [inner]: value } } as never;
  }

  /** The options that an error lists, below a path. */
  function listed(prefix: string, options: object): string[] {
    return haleErrorOf(() => createHealth(options as never))
      .message.replace(/^.*It takes: (.*)\.$/, "$1")
      .split(", ")
      .map((name) => `${prefix}${name}`);
  }

  /** The interface that has an option, with those that it extends. */
  function interfaceOf(name: string): readonly string[] {
    if (CHECK_OPTIONS.includes(name)) return ["CheckOptions"];
    if (name.startsWith("http.")) return ["HttpOptions", "ResponseOptions"];
    if (name.startsWith("history.")) return ["HistoryOptions"];
    return [name.startsWith("startup.") ? "StartupOptions" : "HealthOptions"];
  }

  /** The docstrings of the options of some interfaces. */
  function docstringsOf(interfaces: readonly string[]): Map<string, string> {
    const start = new RegExp(
      `export interface (?:${interfaces.join("|")})\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`,
    );
    const bodies = SOURCES.flatMap((source) => start.exec(source)?.[1] ?? []);
    return new Map(
      bodies.flatMap((body) =>
        [...body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\?:/g)].map(
          ([, docstring = "", option = ""]) => [option, docstring] as const,
        ),
      ),
    );
  }

  test("list every option, and no other", () => {
    const known = [
      ...listed("", { nonsense: 1 }).filter(
        (name) => !["history", "http", "startup"].includes(name),
      ),
      ...listed("http.", { http: { nonsense: 1 } }),
      ...listed("startup.", { startup: { nonsense: 1 } }),
      ...listed("history.", { history: { nonsense: 1 } }),
      ...CHECK_OPTIONS,
    ];
    expect(options.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  test.each(options)("say of $name what it takes", ({ name, takes }) => {
    const { message } = haleErrorOf(() => createHealth(given(name, -1)));
    const expected = / must be (.*), but is (?:-1|a number)\./.exec(message)?.[1] ?? "";
    expect(expected).not.toBe("");
    const words = expected.match(/"\w+"|\b(?:\d+|true|false|info|warn|error|list)\b/g) ?? [];
    const named = name === "probes" ? [...words, ...PROBES] : words;
    for (const word of named) expect(takes).toContain(word);
  });

  test.each(options)("say of $name the default of its docstring", ({ name, preset }) => {
    const docstring = docstringsOf(interfaceOf(name)).get(name.split(".").at(-1) ?? "");
    const said = /@default (.+)/.exec(docstring ?? "none is there")?.[1] ?? "none";
    const expected = name === "http.paths" ? "the paths above" : said;
    expect(preset).toBe(expected.replaceAll("`", ""));
  });
});

describe("the table of paths", () => {
  const rows = rowsOf(sectionOf("docs/probes.md", "## The paths")).map(
    ([paths, probe, good, bad]) => ({ paths: codesOf(paths), probe, good, bad }),
  );

  /** A service with one check, up or down, in some probes. */
  const serviceWith = (probes: readonly Probe[], up: boolean) =>
    serve({ checks: { database: defineCheck({ scope: "process", probes, run: () => up }) } });

  test("has a row for each probe", () => {
    expect(rows.map(({ probe }) => probe)).toEqual([...PROBES]);
  });

  test.each(rows)("says what $probe answers", async ({ paths, probe, good, bad }) => {
    expect(paths).not.toEqual([]);
    const mine = PROBES.filter((name) => name === probe);
    const others = PROBES.filter((name) => name !== probe);
    for (const path of paths) {
      const answered = async (probes: readonly Probe[], up: boolean) =>
        (await serviceWith(probes, up)).seen(path);
      expect(await answered(mine, true)).toBe(good?.replaceAll("`", ""));
      expect(await answered(mine, false)).toBe(bad?.replaceAll("`", ""));
      expect(await answered(others, false)).toMatch(/^200 /);
    }
  });
});

describe("the bodies", () => {
  const bodies = ["docs/formats/json.md", "docs/http.md"]
    .flatMap(blocksOf)
    .filter(({ language }) => language === "json");

  test("are found at all", () => {
    expect(bodies.length).toBeGreaterThan(15);
  });

  test("are those that the code writes, with the status that stands before them", async () => {
    const written = await everyAnswer();
    const wrong = bodies.filter(({ code, lead }) => {
      const status = /\b[245]\d\d\b/.exec(lead)?.[0];
      return !written.has(`${status} ${JSON.stringify(JSON.parse(code))}`);
    });
    expect(wrong).toEqual([]);
  });
});

test("the table of formats says of each how it is asked for, in their order", () => {
  const rows = rowsOf(sectionOf("docs/http.md", "## The format"));
  expect(rows).toEqual(
    FORMATS.map(({ name, mediaType, byNameAlone }) => [
      `[${name}](formats/${name}.md)`,
      byNameAlone ? "none" : `\`${mediaType.replace(/; (?:charset=.*|version=1.*)$/, "")}\``,
      name === "kubernetes" ? "`kubernetes`, or `?verbose`" : `\`${name}\``,
    ]),
  );
});

test("the table of credentials says what is kept of each example", () => {
  const rows = rowsOf(sectionOf("docs/http.md", "### Credentials in reasons"));
  expect(rows.length).toBeGreaterThan(4);
  for (const [, examples, kept] of rows) {
    expect(codesOf(examples).map(redact)).toEqual(codesOf(kept));
  }
});

test("commands of hale in pages are run from where npm has installed them beside the service", () => {
  const shell = PAGES.flatMap(blocksOf).filter(({ language }) => language === "sh");
  const commands = shell.flatMap(({ code }) => code.match(/^.*\bhale [a-z]+ .*/gm) ?? []);
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((line) => /(?:^|[|&;] *)hale [a-z]/.test(line))).toEqual([]);
});

test("code in pages is in a language that is checked, or is no program", () => {
  const languages = PAGES.flatMap(blocksOf).map(({ language }) => language);
  expect(new Set(languages)).toEqual(new Set(["ts", "diff", "json", "yaml", "sh", "text"]));
});

/** The headings of one level. */
function headingsOf(file: string, level: number): string[] {
  const mark = `${"#".repeat(level)} `;
  return proseOf(file)
    .split("\n")
    .filter((line) => line.startsWith(mark))
    .map((line) => line.slice(mark.length));
}

/** What a link can name in a page: its headings, as GitHub turns them into anchors. */
function anchorsOf(file: string): string[] {
  const seen = new Map<string, number>();
  return [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

const ALONE = ["live", "ready", "startup", "deep"].flatMap((probe) => [
  `/health/${probe}`,
  `/health/${probe}/database`,
]);
const ASKED = [...ALONE, "/health/deep?exclude=database", "/health?format=nothing"];

/** Status and body of everything that a service with a database and a cache answers. */
async function everyAnswer(): Promise<Set<string>> {
  const all = new Set<string>();
  for (const expose of EXPOSURES) {
    const empty = await serve({ http: { expose } });
    all.add(await empty.seen("/health/deep"));
    all.add(await afterFailedTask(expose));
    const { status, body } = (await empty.health.handle({
      method: "POST",
      url: "/health",
      header: () => undefined,
    })) ?? { status: 0, body: "" };
    all.add(`${status} ${body}`);
    for (const database of STATES) {
      for (const cache of STATES) {
        for (const starting of [false, true]) {
          const service = compose({
            checks: {
              database: taking(4, () => service.clock, OUTCOMES.database[database]),
              cache: taking(2, () => service.clock, OUTCOMES.cache[cache]),
            },
            http: { expose },
          });
          if (starting) service.health.addStartupTask("load the prices", new Promise(() => {}));
          void service.health.report("deep");
          await service.clock.advance(240);
          for (const url of ASKED) all.add(await service.seen(url));
        }
      }
    }
  }
  return all;
}

const STATES = ["up", "degraded", "down"] as const;

const refused = (address: string) => () => {
  throw new Error(`connect ECONNREFUSED ${address}`);
};

const OUTCOMES = {
  database: {
    up: () => ({
      status: "up",
      observations: {
        totalConnections: { value: 3, unit: "connections" },
        idleConnections: { value: 3, unit: "connections" },
        waitingRequests: { value: 0, unit: "requests" },
      },
    }),
    degraded: () => ({ status: "degraded" }),
    down: refused("10.0.0.7:5432"),
  },
  cache: {
    up: () => ({ status: "up" }),
    degraded: () => ({ status: "degraded" }),
    down: refused("10.0.0.8:6379"),
  },
} as const;

/** A check that takes some milliseconds of a clock; the one that takes 2 is not critical. */
function taking(
  time: number,
  clock: () => { after(milliseconds: number, callback: () => void): unknown },
  outcome: () => unknown,
) {
  return defineCheck({
    scope: "dependency",
    critical: time !== 2,
    async run() {
      await new Promise<void>((resolve) => clock().after(time, resolve));
      return outcome();
    },
  });
}

/** What startup answers while one task is pending and another has failed. */
async function afterFailedTask(expose: (typeof EXPOSURES)[number]): Promise<string> {
  const { health, clock, seen } = compose({ http: { expose } });
  const failure = Object.assign(new Error("permission denied for schema shop"), { code: "42501" });
  health.addStartupTask("load the prices", new Promise(() => {}));
  health.addStartupTask("create the tables", () => Promise.reject(failure));
  await clock.advance(1);
  return seen("/health/startup");
}
