import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Expose } from "../../src/contract/format.ts";
import { EXPOSURES } from "../../src/contract/format.ts";
import type { HealthRequest } from "../../src/contract/http.ts";
import { PROBES, type Probe } from "../../src/contract/probe.ts";
import { type Access, createAccess as createGuarded, exposedToAll } from "../../src/http/access.ts";
import { compose } from "../_support/compose.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const TOKEN = "0123456789abcdef";
const OTHER = "fedcba9876543210-and-more";

/** What was logged of rules. */
const lines: [line: string, why: string | undefined][] = [];

const createAccess = (expose: Expose, tokens: readonly string[], clock = new FakeClock()) =>
  createGuarded(expose, tokens, {
    clock,
    deadline: 800,
    describe: (failure) => ({ reason: `explained ${failure}` }),
    log: (level, message, { why }: { why?: string }) => lines.push([`${level} ${message}`, why]),
  });

/** What a request may see, whether that is known at once or a function decides. */
const seen = async (access: Access, request: HealthRequest, probe: Probe = "liveness") =>
  access.exposureOf(request, probe);

const asks = (authorization?: string | null) => ({
  method: "GET",
  url: "/livez",
  header: (name: string) => (name === "authorization" ? authorization : undefined),
});

describe("without tokens", () => {
  test.each(EXPOSURES)("everybody sees %s, whatever they present", async (expose) => {
    const access = createAccess(expose, []);
    expect(await seen(access, asks())).toBe(expose);
    expect(await seen(access, asks(`Bearer ${TOKEN}`))).toBe(expose);
    expect(await seen(access, asks("Bearer "))).toBe(expose);
  });
});

describe.each(["status", "checks"] as const)("with tokens, and %s for everybody", (expose) => {
  const access = createAccess(expose, [TOKEN, OTHER]);

  test.each([
    ["the first token", `Bearer ${TOKEN}`],
    ["another token, for rotation", `Bearer ${OTHER}`],
    ["a scheme in lower case", `bearer ${TOKEN}`],
    ["a scheme in upper case", `BEARER ${TOKEN}`],
    ["several spaces before it", `Bearer   ${TOKEN}`],
  ])("who presents %s sees details", async (_, header) => {
    expect(await seen(access, asks(header))).toBe("details");
  });

  test.each<[string, string | null | undefined]>([
    ["nothing", undefined],
    ["null", null],
    ["an empty header", ""],
    ["a scheme alone", "Bearer"],
    ["a scheme and a space", "Bearer "],
    ["a token alone", TOKEN],
    ["a wrong token", "Bearer aaaaaaaaaaaaaaaa"],
    ["a token whose first character is wrong", `Bearer x${TOKEN.slice(1)}`],
    ["a token whose last character is wrong", `Bearer ${TOKEN.slice(0, -1)}x`],
    ["a token in another case", `Bearer ${TOKEN.toUpperCase()}`],
    ["the beginning of a token", `Bearer ${TOKEN.slice(0, -1)}`],
    ["the first character of a token", `Bearer ${TOKEN[0]}`],
    ["a token and one character more", `Bearer ${TOKEN}0`],
    ["a token twice", `Bearer ${TOKEN}${TOKEN}`],
    ["both tokens in one", `Bearer ${TOKEN}${OTHER}`],
    ["two headers made one", `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ["a token and a word", `Bearer ${TOKEN} x`],
    ["a token in quotes", `Bearer "${TOKEN}"`],
    ["another scheme", `Basic ${TOKEN}`],
    ["a scheme that ends so", `XBearer ${TOKEN}`],
    ["a scheme without a space", `Bearer${TOKEN}`],
    ["a scheme with a colon", `Bearer:${TOKEN}`],
    ["a tab for the space", `Bearer\t${TOKEN}`],
    ["a line break for the space", `Bearer\n${TOKEN}`],
    ["a line break at the end", `Bearer ${TOKEN}\n`],
    [
      "a character that differs above its first byte",
      `Bearer ${String.fromCharCode(0x130)}${TOKEN.slice(1)}`,
    ],
    ["a token of a megabyte", `Bearer ${"0".repeat(1 << 20)}`],
    ["a token again and again for a megabyte", `Bearer ${TOKEN.repeat(1 << 16)}`],
  ])("who presents %s sees that alone", async (_, header) => {
    expect(await seen(access, asks(header))).toBe(expose);
  });
});

test("a request is waited for only where a function decides", () => {
  const access = createAccess("checks", [TOKEN]);
  expect(access.exposureOf(asks(), "liveness")).toBe("checks");
  expect(access.exposureOf(asks("Bearer wrong"), "liveness")).toBe("checks");
  expect(access.exposureOf(asks(`Bearer ${TOKEN}`), "liveness")).toBe("details");
  const byRule = createAccess(() => "checks", [TOKEN]);
  expect(byRule.exposureOf(asks(`Bearer ${TOKEN}`), "liveness")).toBe("details");
  expect(byRule.exposureOf(asks(), "liveness")).toBeInstanceOf(Promise);
});

test("of 5,000 tokens each is good, and nothing else is", async () => {
  const tokens = Array.from({ length: 5000 }, (_, index) => `token-number-${index}-of-many`);
  const access = createAccess("checks", tokens);
  for (const token of tokens)
    expect(access.exposureOf(asks(`Bearer ${token}`), "deep")).toBe("details");
  for (const token of tokens)
    expect(access.exposureOf(asks(`Bearer ${token}x`), "deep")).toBe("checks");
});

test.each([1, 5000])(
  "with %i tokens a request costs one hash, and at most one comparison",
  (count) => {
    const tokens = Array.from(
      { length: count },
      (_, index) => `token-number-${1000 + index}-of-many`,
    );
    const access = createAccess("checks", tokens);
    // The tokens themselves are hashed at the first request.
    access.exposureOf(asks(`Bearer ${TOKEN}`), "deep");
    const { length } = tokens[0] as string;
    const hashed = vi.spyOn(Math, "imul");
    const read = vi.spyOn(String.prototype, "charCodeAt");
    onTestFinished(() => void vi.restoreAllMocks());
    /** The characters that one request has hashed, and those that it has compared, of both sides. */
    const costOf = (token: string) => {
      hashed.mockClear();
      read.mockClear();
      const exposure = access.exposureOf(asks(`Bearer ${token}`), "deep");
      const characters = hashed.mock.calls.length;
      return [exposure, characters, read.mock.calls.length - characters];
    };
    for (const token of [tokens[0], tokens.at(-1)] as string[]) {
      expect(costOf(token)).toEqual(["details", length, 2 * length]);
    }
    expect(costOf("x".repeat(length))).toEqual(["checks", length, 0]);
    expect(costOf("x".repeat(1024))).toEqual(["checks", 1024, 0]);
    // Too long to be one.
    expect(costOf("x".repeat(1025))).toEqual(["checks", 0, 0]);
  },
);

test("with details for everybody, a wrong token takes nothing away", async () => {
  expect(await seen(createAccess("details", [TOKEN]), asks("Bearer wrong"))).toBe("details");
});

test("only the header authorization is asked for", async () => {
  const names: string[] = [];
  const request = {
    method: "GET",
    url: `/livez?token=${TOKEN}&access_token=${TOKEN}`,
    header(name: string) {
      names.push(name);
      return undefined;
    },
  };
  expect(await seen(createAccess("checks", [TOKEN]), request)).toBe("checks");
  expect(names).toEqual(["authorization"]);
});

test.each([16, 17, 64, 1024])("a token of %i characters is good", async (length) => {
  const token = "t".repeat(length);
  const access = createAccess("checks", [token]);
  expect(await seen(access, asks(`Bearer ${token}`))).toBe("details");
  expect(await seen(access, asks(`Bearer ${token}t`))).toBe("checks");
  expect(await seen(access, asks(`Bearer ${token.slice(1)}`))).toBe("checks");
});

describe("a token that is too weak is refused", () => {
  test.each<[string, unknown]>([
    ["an empty text", ""],
    ["15 characters", "0123456789abcde"],
    ["white space alone", " ".repeat(32)],
    ["a space inside", "0123456789 abcdef"],
    ["a space before", " 0123456789abcdef"],
    ["a line break after", "0123456789abcdef\n"],
    ["a tab inside", "01234567\t89abcdef"],
    ["more characters than are compared", "t".repeat(1025)],
    ["undefined", undefined],
    ["null", null],
    ["a number", 1234567890123456],
    ["a BigInt", 1234567890123456n],
    ["a list", [TOKEN]],
    ["an object", { length: 16 }],
    ["a boxed text", Object(TOKEN)],
  ])("%s", (_, token) => {
    const error = haleErrorOf(() => createAccess("checks", [TOKEN, token as string]));
    expect(error.code).toBe("HALE_WEAK_TOKEN");
    expect(error.message).toMatch(/^Access token 2 must be /);
  });

  test("a hole in the list", () => {
    const tokens = [TOKEN];
    tokens.length = 2;
    expect(haleErrorOf(() => createAccess("checks", tokens)).code).toBe("HALE_WEAK_TOKEN");
  });

  test.each([
    [undefined, true],
    ["", true],
    [null, false],
    ["short", false],
    [0, false],
  ])("with what to do about it: %j", (token, isUnset) => {
    const { message } = haleErrorOf(() => createAccess("checks", [token as string]));
    const unset = isUnset ? ", but is not set: check its environment variable" : "";
    expect(message).toBe(
      `Access token 1 must be 16 to 1024 visible ASCII characters${unset}. Make one with: openssl rand -hex 32`,
    );
  });

  test("without being quoted", () => {
    const { message } = haleErrorOf(() => createAccess("checks", ["hunter2"]));
    expect(message).not.toContain("hunter2");
  });
});

describe("something of each probe", () => {
  const access = createAccess({ deep: "details", readiness: "status" }, [TOKEN]);

  test("is seen there, and the default elsewhere", async () => {
    const found = await Promise.all(PROBES.map((probe) => seen(access, asks(), probe)));
    expect(found).toEqual(["checks", "status", "checks", "details"]);
  });

  test("leaves the token as it is", async () => {
    expect(await seen(access, asks(`Bearer ${TOKEN}`), "readiness")).toBe("details");
    expect(await seen(access, asks("Bearer wrong"), "readiness")).toBe("status");
  });
});

describe("what everybody sees", () => {
  const ofAll = (expose: Expose) => PROBES.map((probe) => exposedToAll(expose, probe));

  test("is what the service says, of all probes or of each", () => {
    expect(ofAll("details")).toEqual(["details", "details", "details", "details"]);
    expect(ofAll({ deep: "details" })).toEqual(["checks", "checks", "checks", "details"]);
  });

  test("is the status alone where a function decides for each request", () => {
    expect(ofAll(() => "details")).toEqual(["status", "status", "status", "status"]);
  });
});

describe("a rule of the service's own", () => {
  test("is given the request and the probe, and may answer at once or later", async () => {
    const request = asks();
    const given: unknown[] = [];
    const now = createAccess((...values) => {
      given.push(...values);
      return "details";
    }, []);
    expect(await seen(now, request, "deep")).toBe("details");
    expect(given).toEqual([request, "deep"]);
    expect(
      await seen(
        createAccess(async () => "checks" as const, []),
        request,
      ),
    ).toBe("checks");
  });

  test("is not asked for who has a token", async () => {
    let asked = 0;
    const access = createAccess(() => {
      asked++;
      return "status";
    }, [TOKEN]);
    expect(await seen(access, asks(`Bearer ${TOKEN}`))).toBe("details");
    expect(asked).toBe(0);
    expect(await seen(access, asks("Bearer wrong"))).toBe("status");
    expect(asked).toBe(1);
  });

  test.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw "a stone";
      },
      "failed: explained a stone",
    ],
    ["rejects", () => Promise.reject("a stone"), "failed: explained a stone"],
    ["returns a text", () => "everything", "returned a string"],
    ["returns nothing", () => undefined, "returned undefined"],
    ["returns true", async () => true, "returned true"],
  ])("that %s lets see the verdict alone, and is logged once", async (_, rule, what) => {
    lines.length = 0;
    const access = createAccess(rule as never, []);
    for (const _ of [1, 2]) expect(await seen(access, asks())).toBe("status");
    expect(lines).toEqual([
      [`error expose function ${what}; the caller saw the status alone`, what],
    ]);
  });

  test("that is not back by the deadline lets see the verdict alone", async () => {
    lines.length = 0;
    const clock = new FakeClock();
    const access = createAccess(() => new Promise(() => {}), [], clock);
    const late = seen(access, asks());
    await clock.advance(800);
    expect(await late).toBe("status");
    expect(lines).toEqual([
      [
        "error expose function did not return within 800 ms; the caller saw the status alone",
        "did not return within 800 ms",
      ],
    ]);
    expect(clock.pending).toBe(0);
  });

  test("that says something else each time is logged 100 times at most", async () => {
    lines.length = 0;
    let count = 0;
    const access = createAccess(() => Promise.reject(`no ${count++}`), []);
    for (let index = 0; index < 150; index++) await seen(access, asks());
    await settled();
    expect(lines.length).toBe(100);
  });
});

describe("the option expose", () => {
  test.each<[string, unknown]>([
    ["a level", "status"],
    ["a level for some probes", { deep: "details", liveness: undefined }],
    ["a function", () => "details"],
  ])("may be %s", (_, expose) => {
    compose({ http: { expose: expose as Expose } });
  });

  test.each<[unknown, string]>([
    ["detail", 'but is "detail". Did you mean "details"?'],
    [5, "but is 5."],
    [["status"], 'but is ["status"].'],
    [{ deep: "all" }, 'but is an object. Correct the entry "deep".'],
    [{ deep: () => "details" }, 'but is an object. Correct the entry "deep".'],
    [{ live: "status" }, 'but is an object. The key "live" is no probe. Did you mean "liveness"?'],
  ])("must not be %j", (expose, end) => {
    const { message } = haleErrorOf(() => compose({ http: { expose: expose as Expose } }));
    expect(message).toBe(
      `The option "expose" of http must be one of "status", "checks", "details", an object of these by probe, or a function, ${end}`,
    );
  });
});

test.each([
  ["a string", TOKEN],
  ["a number", 1234567890123456],
])("tokens are a list, and %s in its place is not quoted", (kind, tokens) => {
  const { message } = haleErrorOf(() => compose({ http: { tokens: tokens as never } }));
  expect(message).toBe(`The option "tokens" of http must be a list of strings, but is ${kind}.`);
});
