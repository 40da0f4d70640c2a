import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  ANY,
  BOOLEAN,
  CHECK_OPTION_RULES,
  FUNCTION,
  HEALTH,
  describe as inWords,
  milliseconds,
  OBJECT,
  oneOf,
  RECORD,
  type Rule,
  requireOption,
  validateOptions,
  wholeNumber,
} from "../../src/contract/options.ts";
import { validateArgument } from "../../src/contract/validate-argument.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const RULES: Readonly<Record<string, Rule>> = {
  timeout: milliseconds(1),
  expose: oneOf(["status", "checks"]),
  client: OBJECT,
};

const refused = (options: unknown, rules = RULES) =>
  haleErrorOf(() => validateOptions("redis()", options, rules));

describe("an option that is not known", () => {
  test("is refused with the nearest one, and with all that there are", () => {
    const error = refused({ timout: 5 });
    expect(error.code).toBe("HALE_UNKNOWN_OPTION");
    expect(error.message).toBe(
      'redis() has no option "timout". Did you mean "timeout"? It takes: timeout, expose, client.',
    );
  });

  test("is refused without a guess when nothing is near", () => {
    expect(refused({ colour: 5 }).message).toBe(
      'redis() has no option "colour". It takes: timeout, expose, client.',
    );
  });

  test.each([
    ["Timeout", "timeout"],
    ["TIMEOUT", "timeout"],
    ["timeuot", "timeout"],
    ["timeoutMs", "timeout"],
    ["time", "timeout"],
    ["tim", undefined],
    ["exposes", "expose"],
    ["expsoe", "expose"],
    ["cliant", "client"],
    ["clients", "client"],
    ["c", undefined],
    ["", undefined],
    ["x".repeat(40), undefined],
  ])("%j makes hale think of %j", (option, nearest) => {
    const { message } = refused({ [option]: 5 });
    const guess = /Did you mean "(.*)"\?/.exec(message)?.[1];
    expect(guess).toBe(nearest);
  });

  test("is refused even when its value is undefined, because it is misspelt all the same", () => {
    expect(refused({ timout: undefined }).code).toBe("HALE_UNKNOWN_OPTION");
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "is refused when every object has a property of its name, as with %s",
    (option) => {
      const options: unknown = JSON.parse(`{ ${JSON.stringify(option)}: 5 }`);
      expect(refused(options).code).toBe("HALE_UNKNOWN_OPTION");
    },
  );
});

test.each(["postgres://app:hunter2@db", "app:hunter2@db", "x://", "@"])(
  "an option called %j is refused without its name, which may hold a credential",
  (option) => {
    const { message } = refused({ [option]: 5 });
    expect(message).not.toContain(option);
    expect(message).toContain("It takes: timeout, expose, client.");
  },
);

describe("an option that is known", () => {
  test("is accepted with a value that its rule accepts", () => {
    expect(validateOptions("redis()", { timeout: 5, client: {} }, RULES)).toBeUndefined();
  });

  test("is as good as absent when it is undefined", () => {
    const options = { timeout: undefined, expose: undefined, client: undefined };
    expect(validateOptions("redis()", options, RULES)).toBeUndefined();
    expect(validateOptions("redis()", {}, RULES)).toBeUndefined();
  });

  test("is refused with what it must be and what it is", () => {
    const error = refused({ timeout: "5s" });
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message).toBe(
      'The option "timeout" of redis() must be a whole number of milliseconds from 1 to 2147483647, but is a string.',
    );
  });

  test("is refused when it is null, which is not absent", () => {
    expect(refused({ timeout: null }).message).toContain("but is null.");
  });

  test("is refused with the words that it takes", () => {
    expect(refused({ expose: "all" }).message).toBe(
      'The option "expose" of redis() must be one of "status", "checks", but is "all".',
    );
  });

  test("is refused with the nearest of its words", () => {
    expect(refused({ expose: "check" }).message).toContain(
      'but is "check". Did you mean "checks"?',
    );
    expect(refused({ expose: "CHECKS" }).message).toContain('Did you mean "checks"?');
  });

  test.each([
    "redis://:hunter2@cache",
    "0123456789abcdef",
    "hunter2 ",
    "a".repeat(40),
    "",
    ["redis://hunter2"],
    { expose: "hunter2" },
  ])("is refused without its value where that is no word: %j", (value) => {
    const { message } = refused({ expose: value });
    expect(message).toMatch(/, but is (a string|a list of 1|an object)\.$/);
  });
});

test.each<[string, unknown]>([
  ["undefined", undefined],
  ["null", null],
  ["a string", "redis"],
  ["a number", 5],
  ["a boolean", true],
  ["a function", () => {}],
  ["a list of 1", ["timeout"]],
  ["a Map", new Map([["timeout", 5]])],
  ["a Set", new Set(["timeout"])],
  ["a Promise", Promise.resolve({ timeout: 5 })],
  ["a Date", new Date(0)],
])("options that are %s are refused", (shown, options) => {
  const error = refused(options);
  expect(error.code).toBe("HALE_BAD_OPTION");
  expect(error.message).toMatch(
    `The option "options" of redis() must be an object with names and values, but is ${shown}.`,
  );
});

test.each<[string, unknown, string]>([
  ["redis(client), of a class", new (class Redis {})(), "Write redis({ client: … })."],
  ["redis(client), a function", () => {}, "Write redis({ client: … })."],
  ["a URL, as a text", "https://app:hunter2@rates", "Write redis({ url: … })."],
  ["a URL", new URL("https://app:hunter2@rates"), "Write redis({ url: … })."],
  ["a port", 9000, "Write { port: 9000 } in its place."],
  ["a text for other options", "cache:6379", "Write redis({ host: …, port: … })."],
])("options are refused with what to write where they are %s", (_, options, remedy) => {
  const rules = { client: OBJECT, url: ANY, port: ANY };
  const { code, message } = haleErrorOf(() =>
    validateArgument("redis()", options, rules, ["host", "port"]),
  );
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message.endsWith(remedy)).toBe(true);
  expect(message).not.toContain("hunter2");
});

test.each([null, undefined, true, ["a"], "redis", "redis://cache", 5, () => {}, class {}])(
  "options are refused without advice where none of them could be meant: %j",
  (options) => {
    const { message } = haleErrorOf(() => validateArgument("redis()", options, { timeout: ANY }));
    expect(message).toMatch(/, but is [^.]+\.$/);
  },
);

test("options with names and values are validated as they are", () => {
  const rules = { client: OBJECT };
  expect(validateArgument("redis()", { client: {} }, rules)).toBeUndefined();
  expect(haleErrorOf(() => validateArgument("redis()", { cleint: {} }, rules)).code).toBe(
    "HALE_UNKNOWN_OPTION",
  );
});

const NO_NUMBERS: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1.5,
  "500",
  "",
  10n,
  null,
  true,
  [],
  [500],
  {},
  new Date(500),
  Object(500),
  () => 500,
  Symbol("500"),
];

describe.each<[string, number, number]>([
  ["timeout", 50, 2_147_483_647],
  ["maxAge", 100, 2_147_483_647],
  ["interval", 100, 86_400_000],
  ["failureThreshold", 1, 1000],
  ["successThreshold", 1, 1000],
  ["restartAfter", 10_000, 2_147_483_647],
])("the check option %s", (option, least, most) => {
  const accepts = (value: unknown) => rule(option).accepts(value);

  test("takes whole numbers within its bounds, and none beyond them", () => {
    expect([least, least + 1, most - 1, most].map(accepts)).toEqual([true, true, true, true]);
    expect([least - 1, most + 1, -most, 1e300].map(accepts)).toEqual([false, false, false, false]);
  });

  test("takes nothing that is not a whole number", () => {
    expect(NO_NUMBERS.filter(accepts)).toEqual([]);
  });

  test("says what it takes", () => {
    expect(rule(option).expected).toMatch(
      new RegExp(`^(0 or )?a whole number .*from ${least} to ${most}$`),
    );
  });
});

test("maxAge may be 0, which is none, and no other time may", () => {
  const zero = Object.keys(CHECK_OPTION_RULES).filter((option) => rule(option).accepts(0));
  expect(zero).toEqual(["maxAge"]);
});

describe("a time below its floor", () => {
  const refusedTime = (option: string, value: unknown) =>
    haleErrorOf(() => validateOptions("redis()", { [option]: value }, CHECK_OPTION_RULES)).message;

  test.each([
    ["restartAfter", 120, 120_000],
    ["interval", 30, 30_000],
    ["timeout", 5, "5000, with an interval"],
    ["maxAge", 10, 10_000],
    ["timeout", 49, "49000, with an interval"],
    ["interval", 99, 99_000],
  ])("was likely meant as seconds: %s: %i", (option, value, likely) => {
    expect(refusedTime(option, value)).toContain(
      `but is ${value}. Times are milliseconds: did you mean ${likely}?`,
    );
  });

  test.each([0, -1, 1.5, "5", null])("has no other meaning when it is %j", (value) => {
    expect(refusedTime("timeout", value)).not.toContain("did you mean");
  });
});

describe.each(["critical", "shared"])("the check option %s", (option) => {
  test("takes true and false, and nothing that is like them", () => {
    const values = [true, false, "true", "false", "", 0, 1, null, [], {}, Object(false)];
    expect(values.filter((value) => rule(option).accepts(value))).toEqual([true, false]);
    expect(rule(option)).toBe(BOOLEAN);
  });
});

describe("the check option probes", () => {
  test.each([
    [["liveness"]],
    [["deep", "readiness"]],
    [["liveness", "readiness", "startup", "deep"]],
    [Object.freeze(["deep"])],
  ])("takes %j", (probes) => {
    expect(rule("probes").accepts(probes)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["an empty list", []],
    ["a repetition", ["deep", "deep"]],
    ["the name of a path", ["ready"]],
    ["another case", ["Deep"]],
    ["one word", "deep"],
    ["a set", new Set(["deep"])],
    ["an object", { 0: "deep", length: 1 }],
    ["a list of lists", [["deep"]]],
    ["a list with undefined", ["deep", undefined]],
    ["null", null],
    ["true", true],
  ])("does not take %s", (_, probes) => {
    expect(rule("probes").accepts(probes)).toBe(false);
  });

  test.each([
    [["ready"], '["ready"]', "readiness"],
    [["deep", "liveliness"], '["deep","liveliness"]', "liveness"],
    ["Deep", '"Deep"', "deep"],
  ])("shows %j, with the nearest probe", (value, shown, nearest) => {
    const { message } = haleErrorOf(() =>
      validateOptions("redis()", { probes: value }, CHECK_OPTION_RULES),
    );
    expect(message).toContain(`but is ${shown}. Did you mean "${nearest}"?`);
  });

  test("says what it takes", () => {
    expect(rule("probes").expected).toBe("a list of liveness, readiness, startup, deep each once");
  });
});

test("there is a rule for every check option", () => {
  expect(Object.keys(CHECK_OPTION_RULES)).toEqual([
    "timeout",
    "maxAge",
    "interval",
    "failureThreshold",
    "successThreshold",
    "critical",
    "shared",
    "probes",
    "restartAfter",
  ]);
});

test("an object or a function is an object, and null is none", () => {
  const values = [{}, [], () => {}, class {}, new Map(), null, undefined, 1, "x", true, 1n];
  expect(values.map((value) => OBJECT.accepts(value))).toEqual([
    ...[true, true, true, true, true],
    ...[false, false, false, false, false, false],
  ]);
});

describe("an object that was written down", () => {
  test.each<[string, unknown]>([
    ["is empty", {}],
    ["holds something", { a: 1 }],
    ["has no prototype", Object.assign(Object.create(null), { a: 1 })],
    ["comes from another realm, such as a vm context", runInNewContext("({ a: 1 })")],
    ["is frozen", Object.freeze({ a: 1 })],
  ])("is one when it %s", (_, value) => {
    expect(RECORD.accepts(value)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["a list", [{}]],
    ["a Map", new Map()],
    ["a Set", new Set()],
    ["a Promise", Promise.resolve({})],
    ["a Date", new Date(0)],
    ["a function", () => ({})],
    ["of a class", new (class Pool {})()],
    ["a text", "a"],
    ["null", null],
    ["undefined", undefined],
  ])("is none when it is %s, whose content would be lost", (_, value) => {
    expect(RECORD.accepts(value)).toBe(false);
  });
});

test("a function is a function, also when it is async or a class", () => {
  const values = [() => {}, async () => {}, class {}, {}, null, undefined, "() => {}"];
  expect(values.map((value) => FUNCTION.accepts(value))).toEqual([
    ...[true, true, true],
    ...[false, false, false, false],
  ]);
});

test("a health is what can handle a request", () => {
  const values = [
    { handle() {}, report() {} },
    {},
    { handle: 5 },
    null,
    undefined,
    "health",
    () => {},
  ];
  expect(values.map((value) => HEALTH.accepts(value))).toEqual([
    ...[true],
    ...[false, false, false, false, false, false],
  ]);
});

describe("an option that must be there", () => {
  test("is refused when it is undefined", () => {
    const error = haleErrorOf(() => requireOption("on()", "listener", undefined, FUNCTION));
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message).toBe(
      'The option "listener" of on() must be a function, but is undefined.',
    );
  });

  test("is accepted when its rule accepts it", () => {
    expect(requireOption("on()", "listener", () => {}, FUNCTION)).toBeUndefined();
  });
});

test("a word must be one of the words, to the letter", () => {
  const values = ["tasks", "Tasks", "tasks ", "", undefined, null, 0, ["tasks"]];
  expect(values.filter((value) => oneOf(["tasks", "manual"]).accepts(value))).toEqual(["tasks"]);
});

test("a whole number may be described in other words", () => {
  expect(wholeNumber(0, 65_535, "a port").expected).toBe("a port from 0 to 65535");
  expect(wholeNumber(0, 65_535).expected).toBe("a whole number from 0 to 65535");
});

describe("a value in a few words", () => {
  class Pool {}

  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["5", 5],
    ["a bigint", 5n],
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["a symbol", Symbol("s")],
    ["a string", ""],
    ["a string", "5s"],
    ["a string", 'a"b'],
    ["a list of 0", []],
    ["a list of 2", [1, 2]],
    ["a function", () => {}],
    ["a class", Pool],
    ["a URL", new URL("http://a")],
    ["an object", {}],
    ["an object", { password: "hunter2" }],
    ["an object", Object.create(null)],
    ["an object", Object.create({ constructor: undefined })],
    ["a Pool", new Pool()],
    ["a Map", new Map()],
    ["a Promise", Promise.resolve()],
    ["a RegExp", /x/],
  ])("is %s", (words, value) => {
    expect(inWords(value)).toBe(words);
  });

  test("a long text is not quoted, because it may be a secret", () => {
    expect(inWords("s".repeat(1000))).toBe("a string");
  });

  test.each([
    ["an access token of the least length", "0123456789abcdef"],
    ["an access token of 24 characters", "0123456789abcdef01234567"],
    ["the URL of a database", "redis://:hunter2@cache"],
    ["a short URL of a database", "pg://a:hunter2@b"],
  ])("%s is not quoted", (_, secret) => {
    expect(inWords(secret)).not.toContain(secret);
    expect(inWords(secret)).not.toContain("hunter2");
  });
});

function rule(option: string): Rule {
  const found = (CHECK_OPTION_RULES as Readonly<Record<string, Rule>>)[option];
  if (found === undefined) throw new Error(`There is no option ${option}.`);
  return found;
}
