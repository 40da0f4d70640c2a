// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the configuration.
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CHECK_VARIANTS, DEFAULTS } from "../../../../src/cli/internal/config/check-shapes.ts";
import { CONFIG_SCHEMA } from "../../../../src/cli/internal/config/config-schema.ts";
import { CONFIG } from "../../../../src/cli/internal/config/config-shape.ts";
import type { Shape } from "../../../../src/cli/internal/config/shape.ts";
import { createHealth } from "../../../../src/health.ts";
import { haleErrorOf } from "../../../_support/thrown.ts";
import { blocksOf, PAGES } from "../../../house/_pages.ts";
import { load, problemsOf } from "./_problems.ts";

const validate = new Ajv({ allowUnionTypes: true }).compile(CONFIG_SCHEMA);

/** The configurations of hale serve in all pages. */
const EXAMPLES = PAGES.flatMap(blocksOf).filter(
  ({ language, code }) =>
    ["yaml", "json"].includes(language) && /^"?checks"?:/m.test(code) && !/^kind:/m.test(code),
);

describe("every example of a page", () => {
  test("is found", () => {
    expect(EXAMPLES.length).toBeGreaterThan(0);
  });

  test.each(EXAMPLES)("$file:$line is right by the schema, and is read", async ({ code }) => {
    expect(validate(parse(code)), JSON.stringify(validate.errors)).toBe(true);
    const env = new Proxy({}, { get: (_, name) => VALUES[String(name)] ?? "value" });
    const readFile = () => "0123456789abcdef\n";
    const file = { name: "hale.yaml", text: code };
    const { health } = load(code, { file }, { env, readFile });
    await health.close();
  });
});

/** The variables that examples name, where not any text will do. */
const VALUES: Readonly<Record<string, string>> = {
  DATABASE_URL: "postgres://127.0.0.1/shop",
  REDIS_URL: "redis://127.0.0.1:6379",
  CELERY_BROKER_URL: "redis://127.0.0.1:6379",
  HEALTH_TOKEN: "0123456789abcdef",
  DB_PORT: "3306",
};

describe.each([
  ["an unknown key", "lisen: {}"],
  ["an unknown key below", "listen: { prot: 1 }"],
  ["a number without a unit", "deadline: 800"],
  ["a unit that is none", "deadline: 800 seconds"],
  ["a port that is none", "listen: { port: 70000 }"],
  ["a word that is none", "log: loud"],
  ["a list in place of a mapping", "checks: [redis://h]"],
  ["a check that is a number", "checks: { a: 1 }"],
  ["a check that says nothing", "checks: { a: { timeout: 1s } }"],
  ["a command as a text", "checks: { a: { exec: pg_isready } }"],
  ["a queue without a URL", "checks: { a: { queue: q } }"],
  ["an option of another kind", "checks: { a: { exec: [a], headers: {} } }"],
  ["a name that is none", "checks: { 'a b': redis://h }"],
  ["an empty group", "checks: { a: { group: [] } }"],
  ["a check of a group that is wrong", "checks: { a: { group: { b: { exec: x } } } }"],
  ["a probe that is none", "checks: { a: { url: redis://h, probes: [live] } }"],
  ["a path that is none", "http: { paths: { deep: health } }"],
])("%s", (_, text) => {
  test("is wrong by the schema, and when it is read", async () => {
    expect(validate(parse(text))).toBe(false);
    expect((await problemsOf(text)).length).toBeGreaterThan(0);
  });
});

describe.each([
  ["references", "listen: { port: '${PORT}' }\nlog: '${EMPTY:-json}'"],
  ["zero", "drain: { min: 0, quiet: auto }\ndefaults: { maxAge: 0 }"],
  ["all forms of a duration", "startup: { deadline: 1m30s }\ndeadline: 0.8s"],
  ["disabled paths", "http: { paths: { deep: false, liveness: [/a, /b] } }"],
  ["a number where a text is needed", "http: { headers: { X-Version: 2 } }"],
  ["numbers of a JSON body", "checks: { a: { http: 'http://h', expect: { json: { /n: 1 } } } }"],
  ["keys without values", "checks:\ndefaults:\nlisten:"],
])("%s", (_, text) => {
  test("is right by the schema, and when it is read", async () => {
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(await problemsOf(text)).toEqual([]);
  });
});

/** The keys of a mapping of the file. */
const keysOf = ({ kind }: Shape) => (kind.type === "object" ? Object.keys(kind.fields) : []);

function shapeAt(name: string): Shape {
  const { kind } = CONFIG;
  const field = kind.type === "object" ? kind.fields[name] : undefined;
  if (field === undefined) throw new Error(`There is no ${name}.`);
  return field.shape;
}

/** The options that an error of hale lists. */
function listed(options: object): string[] {
  const { message } = haleErrorOf(() => createHealth(options));
  return message.replace(/^.*It takes: (.*)\.$/, "$1").split(", ");
}

describe("the file has every option", () => {
  test("of the service, but for its logger, which is log", () => {
    const inFile = keysOf(CONFIG).filter(
      (key) => !["$schema", "listen", "drain", "log"].includes(key),
    );
    const options = listed({ nonsense: 1 }).filter((option) => option !== "logger");
    expect(inFile.sort()).toEqual(options.sort());
  });

  test.each(["http", "defaults"])("of %s", (name) => {
    expect(keysOf(shapeAt(name)).sort()).toEqual(listed({ [name]: { nonsense: 1 } }).sort());
  });

  test("of startup, but for manual, since nobody could end that start", () => {
    const options = listed({ startup: { nonsense: 1 } }).filter((option) => option !== "manual");
    expect(keysOf(shapeAt("startup"))).toEqual(options);
  });

  test("of every check, for each way to write one", () => {
    const options = [...Object.keys(DEFAULTS), "restartAfter"];
    for (const [name, shape] of Object.entries(CHECK_VARIANTS)) {
      if (name !== "group")
        expect.soft(keysOf(shape), name).toEqual(expect.arrayContaining(options));
    }
  });
});

test("no floor of a duration is lower than hale's own", async () => {
  const { kind } = CHECK_VARIANTS.url;
  const fields = kind.type === "object" ? Object.entries(kind.fields) : [];
  const durations = fields.flatMap(([name, { shape }]) =>
    shape.kind.type === "duration" ? [[name, shape.kind.min] as const] : [],
  );
  expect(durations.map(([name]) => name)).toEqual([
    "timeout",
    "maxAge",
    "interval",
    "restartAfter",
  ]);
  for (const [name, min] of durations) {
    expect
      .soft(await problemsOf(`checks: { a: { url: redis://h, ${name}: ${min}ms } }`))
      .toEqual([]);
    const below = await problemsOf(`checks: { a: { url: redis://h, ${name}: ${min - 1}ms } }`);
    expect.soft(below.join()).toContain(`checks.a.${name} must be`);
  }
});
