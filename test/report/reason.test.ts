import { describe, expect, test } from "vitest";
import { unexpectedReply } from "../../src/contract/check-failures.ts";
import { CheckFailure, HaleError } from "../../src/contract/errors.ts";
import { codeOf, reasonOf } from "../../src/report/reason.ts";

const UNREADABLE = "It failed with a value that cannot be read.";
const WITHOUT = "It failed without a reason.";

/** More words than are read of a text. */
const LONG = "word ".repeat(450);

const withCode = (message: string, code: unknown) => Object.assign(new Error(message), { code });

describe("the reason of an error", () => {
  test("is its message", () => {
    expect(reasonOf(new Error("read ECONNRESET"))).toBe("read ECONNRESET");
    expect(reasonOf(new TypeError("x is not a function"))).toBe("x is not a function");
  });

  test("has its code when the message does not", () => {
    expect(reasonOf(withCode("password authentication failed", "28P01"))).toBe(
      "password authentication failed (28P01)",
    );
    expect(reasonOf(withCode("Too many connections", 1040))).toBe("Too many connections (1040)");
  });

  test("of the web platform has its name, not its old number", async () => {
    const failure = await fetch("http://127.0.0.1:9", { signal: AbortSignal.abort() }).catch(
      (error: unknown) => error,
    );
    expect(reasonOf(failure)).toBe("This operation was aborted (AbortError)");
    expect(codeOf(failure)).toBe("AbortError");
  });

  test("has a code that follows a word for credentials", () => {
    expect(reasonOf(withCode("Failed to refresh token", "InvalidGrant"))).toBe(
      "Failed to refresh token (InvalidGrant)",
    );
  });

  test("does not repeat a code that the message has", () => {
    expect(reasonOf(withCode("read ECONNRESET", "ECONNRESET"))).toBe("read ECONNRESET");
  });

  test("does not have a code of hale, whose messages say it all", () => {
    expect(reasonOf(new HaleError("HALE_BAD_URL", "The URL is bad."))).toBe("The URL is bad.");
    expect(reasonOf(unexpectedReply("PONG", "LOADING"))).toBe('Expected PONG, got "LOADING".');
  });

  test("has the code that a check has given it", () => {
    expect(reasonOf(new CheckFailure("LICENCE_OVER", "The licence ended."))).toBe(
      "The licence ended. (LICENCE_OVER)",
    );
  });

  test("has no full stop before what its causes say", () => {
    const cause = new Error("connect ECONNREFUSED.");
    const failure = new CheckFailure("HALE_NOT_CONNECTED", 'The state is "reconnecting".', {
      cause,
    });
    expect(reasonOf(failure)).toBe('The state is "reconnecting": connect ECONNREFUSED.');
    const several = new AggregateError([new Error("one."), new Error("two.")], "");
    expect(reasonOf(several)).toBe("one; two.");
  });

  test("keeps every other full stop before what its causes say", () => {
    const failure = new Error("connect to 10.0.0.5 failed", { cause: "no route" });
    expect(reasonOf(failure)).toBe("connect to 10.0.0.5 failed: no route");
  });

  test("is its code when it has no message", () => {
    expect(reasonOf(withCode("", "ECONNREFUSED"))).toBe("ECONNREFUSED");
    expect(reasonOf(withCode("  ", 57))).toBe("57");
  });

  test.each<[string, unknown]>([
    ["an object", { a: 1 }],
    ["a symbol", Symbol("E")],
    ["null", null],
    ["true", true],
    ["an empty text", ""],
  ])("ignores a code that is %s", (_, code) => {
    expect(reasonOf(withCode("It broke", code))).toBe("It broke");
  });

  test("is one line", () => {
    expect(reasonOf(new Error("one\n  two\r\nthree"))).toBe("one two three");
  });

  test("never has its stack", () => {
    const error = new Error("It broke");
    error.stack = "at secretPlace (hunter2.js:1:1)";
    expect(reasonOf(error)).toBe("It broke");
  });

  test("never has its other properties, as those of pg, ioredis and axios are", () => {
    const error = Object.assign(new Error("It broke"), {
      config: { auth: { username: "bob", password: "hunter2" }, headers: { a: "Bearer hunter2" } },
      command: { name: "auth", args: ["hunter2"] },
      connectionParameters: "postgres://bob:hunter2@db",
      response: { data: "hunter2" },
      detail: "hunter2",
      sql: "hunter2",
      address: "hunter2",
      [Symbol("kWhole")]: "hunter2",
    });
    expect(reasonOf(error)).toBe("It broke");
  });

  test("is said without a reason when it has none", () => {
    expect(reasonOf(new Error())).toBe(WITHOUT);
    expect(reasonOf(new Error(" \n"))).toBe(WITHOUT);
    expect(reasonOf(Object.assign(new Error(), { message: undefined }))).toBe(WITHOUT);
    expect(reasonOf(Object.assign(new Error(), { message: { a: 1 } }))).toBe(WITHOUT);
  });
});

describe("a cause", () => {
  test("is said after what it caused", () => {
    const cause = withCode("connect ECONNREFUSED 127.0.0.1:9", "ECONNREFUSED");
    expect(reasonOf(new TypeError("fetch failed", { cause }))).toBe(
      "fetch failed: connect ECONNREFUSED 127.0.0.1:9",
    );
  });

  test("is not repeated when the message has it", () => {
    const cause = new Error("read ECONNRESET");
    expect(reasonOf(new Error("query failed: read ECONNRESET", { cause }))).toBe(
      "query failed: read ECONNRESET",
    );
  });

  test("may be a text", () => {
    expect(reasonOf(new Error("It broke", { cause: "of wind" }))).toBe("It broke: of wind");
  });

  test.each([undefined, null])("that is %s is none", (cause) => {
    expect(reasonOf(new Error("It broke", { cause }))).toBe("It broke");
  });

  test("is followed three deep", () => {
    const chain = ["e", "d", "c", "b", "a"].reduce<Error | undefined>(
      (cause, message) => new Error(message, { cause }),
      undefined,
    );
    expect(reasonOf(chain)).toBe("a: b: c: d");
  });

  test("that is the last to be followed, and says nothing, leaves no sign of itself", () => {
    const failure = { cause: { cause: { cause: {}, original: new Error("of wind") } } };
    expect(reasonOf(failure)).toBe("of wind");
  });

  test("may be the error itself", () => {
    const error = new Error("It broke");
    error.cause = error;
    expect(reasonOf(error)).toBe("It broke");
  });

  test("may go round", () => {
    const [one, other] = [new Error("one"), new Error("other")];
    one.cause = other;
    other.cause = one;
    expect(reasonOf(one)).toBe("one: other");
  });

  test("may be endless", () => {
    const endless = () => ({
      message: "again",
      get cause() {
        return endless();
      },
    });
    expect(reasonOf(endless())).toBe("again");
  });

  test("is not taken for the value of a name in front of it", () => {
    const cause = new Error("connect ECONNREFUSED ::1:9");
    expect(reasonOf(new Error("Cannot refresh the token", { cause }))).toBe(
      "Cannot refresh the token: connect ECONNREFUSED ::1:9",
    );
  });

  test("keeps no credentials either", () => {
    const cause = new Error("Invalid URL: postgres://bob:hunter2");
    const error = new Error("It broke", { cause });
    expect(reasonOf(error)).toBe("It broke: Invalid URL: postgres://***");
    expect(
      reasonOf(new Error("Invalid URL: postgres://bob:hunter2", { cause: "x" })),
    ).not.toContain("hunter2");
  });
});

describe("an error of several", () => {
  test("gives the first two of them when it says nothing itself", () => {
    const errors = [
      new Error("connect ECONNREFUSED ::1:9"),
      new Error("connect ECONNREFUSED 127.0.0.1:9"),
      new Error("other"),
    ];
    expect(reasonOf(new AggregateError(errors))).toBe(
      "connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127.0.0.1:9",
    );
  });

  test("gives each with its cause", () => {
    const errors = [new Error("It broke", { cause: "of wind" })];
    expect(reasonOf(new AggregateError(errors))).toBe("It broke: of wind");
  });

  test("leaves out one that says nothing", () => {
    expect(reasonOf(new AggregateError([{}, new Error("It broke")]))).toBe("It broke");
  });

  test("gives a reason that both have once", () => {
    const errors = [new Error("read ETIMEDOUT"), new Error("read ETIMEDOUT")];
    expect(reasonOf(new AggregateError(errors))).toBe("read ETIMEDOUT");
  });

  test("gives its own message before theirs when it has one", () => {
    const errors = [new Error("connect ECONNREFUSED ::1:9")];
    expect(reasonOf(new AggregateError(errors, "All promises were rejected"))).toBe(
      "All promises were rejected: connect ECONNREFUSED ::1:9",
    );
  });

  test("as Node makes one for localhost, says that the connection was refused", () => {
    const errors = ["::1", "127.0.0.1"].map((address) =>
      withCode(`connect ECONNREFUSED ${address}:5432`, "ECONNREFUSED"),
    );
    const error = Object.assign(new AggregateError(errors), { code: "ECONNREFUSED" });
    expect(reasonOf(error)).toContain("ECONNREFUSED");
  });

  test("keeps no credentials", () => {
    const errors = [new Error("postgres://bob:hunter2@db refused"), "password=hunter2"];
    expect(reasonOf(new AggregateError(errors))).toBe("postgres://***@db refused; password=***");
  });

  test("may hold none, or itself", () => {
    expect(reasonOf(new AggregateError([]))).toBe(WITHOUT);
    const error = new AggregateError([]);
    error.errors = [error];
    expect(reasonOf(error)).toBe(WITHOUT);
  });
});

describe("what is no error", () => {
  test.each<[string, unknown, string]>([
    ["a text", "It broke", "It broke"],
    ["a text with a secret", "password=hunter2", "password=***"],
    ["an empty text", "", WITHOUT],
    ["undefined", undefined, "It failed with undefined."],
    ["null", null, "It failed with null."],
    ["false", false, "It failed with false."],
    ["a number", 5, "It failed with 5."],
    ["NaN", Number.NaN, "It failed with NaN."],
    ["a BigInt", 5n, "It failed with 5."],
    ["a symbol", Symbol("E"), "It failed with Symbol(E)."],
    ["an empty object", {}, WITHOUT],
    ["an object without a prototype", Object.create(null), WITHOUT],
    ["an object with a message", { message: "It broke" }, "It broke"],
    ["an object with a message and a code", { message: "It broke", code: "E1" }, "It broke (E1)"],
    ["an object with a code", { code: "E1" }, "E1"],
    ["an object with a cause", { cause: new Error("of wind") }, "of wind"],
    ["an object with a secret", { password: "hunter2" }, WITHOUT],
    ["a list", ["hunter2"], WITHOUT],
    ["a map", new Map([["message", "hunter2"]]), WITHOUT],
    ["a date", new Date(0), WITHOUT],
    ["a boxed text", Object("hunter2"), WITHOUT],
  ])("%s has a reason all the same", (_, failure, reason) => {
    expect(reasonOf(failure)).toBe(reason);
  });

  test("a function has a reason, in which its code does not stand", () => {
    const reason = reasonOf(() => "a place for hunter2");
    expect(reason).toMatch(/^It failed with /);
    expect(reason).not.toContain("hunter2");
  });
});

describe("what cannot be read", () => {
  const thrower = () => {
    throw new Error("hunter2");
  };

  test.each<[string, unknown]>([
    ["a message", Object.defineProperty(new Error(), "message", { get: thrower })],
    ["a code", Object.defineProperty(new Error(), "code", { get: thrower })],
    ["a cause", Object.defineProperty(new Error(), "cause", { get: thrower })],
    ["errors", Object.defineProperty(new AggregateError([]), "errors", { get: thrower })],
    ["a cause of a cause", new Error("a", { cause: { message: "b", cause: bad("message") } })],
    ["a proxy", new Proxy({}, { get: thrower })],
    ["a revoked proxy", revoked({})],
    ["a revoked function", revoked(() => {})],
    ["the text of a function", Object.assign(() => {}, { toString: thrower })],
  ])("is said so, when %s throws", (_, failure) => {
    expect([UNREADABLE, "It failed with a function."]).toContain(reasonOf(failure));
  });

  function bad(property: string): object {
    return Object.defineProperty({}, property, { get: thrower });
  }

  function revoked(target: object): unknown {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  }
});

describe("a huge failure", () => {
  test("has a short reason", () => {
    expect(reasonOf(new Error("long words ".repeat(1e6))).length).toBe(300);
    expect(reasonOf("long words ".repeat(1e6)).length).toBe(300);
    expect(reasonOf(withCode("It broke", "x".repeat(1e6))).length).toBeLessThanOrEqual(300);
    const cause = new Error("long words ".repeat(1e6));
    expect(reasonOf(new Error("It broke", { cause })).length).toBe(300);
    expect(reasonOf(10n ** 5000n).length).toBeLessThanOrEqual(300);
  });

  test("of one long word is not said to be without a reason", () => {
    expect(reasonOf(new Error("x".repeat(5000)))).not.toBe(WITHOUT);
  });
});

test("an error of several addresses, which says nothing itself, gives both", () => {
  const one = withCode("connect ECONNREFUSED ::1:5432", "ECONNREFUSED");
  const other = withCode("connect ECONNREFUSED 127.0.0.1:5432", "ECONNREFUSED");
  const failure = Object.assign(new AggregateError([one, other]), { code: "ECONNREFUSED" });
  expect(reasonOf(failure)).toBe(
    "connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432",
  );
});

describe("what a library has wrapped", () => {
  const driver = withCode("password authentication failed", "28P01");

  test.each(["cause", "original", "parent"])("is found as its %s", (property) => {
    const failure = Object.assign(new Error("The query failed"), { [property]: driver });
    expect(reasonOf(failure)).toBe("The query failed: password authentication failed (28P01)");
    expect(codeOf(failure)).toBe("28P01");
  });

  test("is said once, with its code, when the library repeats it", () => {
    const failure = Object.assign(new Error(driver.message), { parent: driver, original: driver });
    expect(reasonOf(failure)).toBe("password authentication failed (28P01)");
  });
});

describe("a credential in several parts of a failure is hidden", () => {
  test.each<[string, unknown, string]>([
    ["a name and its value", new Error("password", { cause: "s3cretZ9x" }), "password: ***"],
    ["a sign and its value", new Error("password=", { cause: "hunter" }), "password=: ***"],
    [
      "a sentence and its value",
      new Error("Wrong token", { cause: "s3cretZ9x" }),
      "Wrong token: ***",
    ],
    [
      "a sentence, its value and more",
      new Error("Wrong token", { cause: withCode("s3cretZ9x", "E1") }),
      "Wrong token: *** (E1)",
    ],
    [
      "a sentence and its code",
      withCode("Cannot exchange the token", "4/0AbUR2VMeHx"),
      "Cannot exchange the token (***)",
    ],
    [
      "the halves of a URL",
      new Error("postgres://u:", { cause: new Error("s3cretZ9x@host") }),
      "postgres://***@host",
    ],
    ["a message and its code", withCode("password=", "s3cretZ9x"), "password=: ***"],
    [
      "one of several errors",
      new AggregateError([new Error("token:", { cause: "hunter" }), new Error("two")], ""),
      "token:: ***; two",
    ],
  ])("%s", (_, failure, reason) => {
    expect(reasonOf(failure)).toBe(reason);
  });

  const HEADS = [
    "password",
    "The password is",
    "token was",
    "Bearer",
    "Authorization: Basic",
  ].concat(["wrong password", "requirepass", "identified by", "api key"]);
  const VALUES = ["Xk9fQ2sLm4Zt7", '"Xk9fQ2sLm4Zt7"', "'Xk9fQ2sLm4Zt7'", "(Xk9fQ2sLm4Zt7)"].concat([
    "Xk9fQ2sLm4Zt7 for host",
    '"Xk9fQ2sLm4Zt7" for host',
  ]);

  test.each(HEADS)("a line that ends with a construct, and the next: %s", (head) => {
    for (const value of VALUES) {
      const said = [new Error(head, { cause: new Error(value) }), withCode(head, value)];
      for (const text of [...said.map(reasonOf), String(codeOf(said[1]))]) {
        expect(text).not.toContain("Xk9fQ2sLm4Zt7");
      }
    }
  });

  test.each([
    ["secret", "hunterTwo"],
    ["wrong password", '"hunter"'],
    ["password for app is", '"hunter two"'],
    ["secret", "hunter22 for host"],
  ])(
    "a value that follows nothing but a name, or is all that is in quotes: %s: %s",
    (head, value) => {
      expect(reasonOf(new Error(head, { cause: value }))).not.toContain("hunter");
    },
  );

  test.each([
    ["Could not get a token", "getaddrinfo ENOTFOUND auth"],
    ["Could not load the credentials", "CredentialsProviderError: Could not load any"],
    ["Invalid session", "timeout"],
    ["Server=db;Password=***", "connect ECONNREFUSED 10.0.0.1:1433"],
    ["Bad DSN password=***", "read ECONNRESET; write EPIPE"],
    ["No password for user bob", "SASL: mechanism is unknown"],
    ["Authorization: ***", "The answer was 401."],
    ["Could not load the secret", "vault01.prod.internal refused the connection"],
    ["Could not load the secret", "node01 is unreachable"],
    ["Authorization: Bearer", "The answer was 401."],
    ["invalid signature", "HTTP/1.1 401 Unauthorized"],
    ["invalid csrf token", "'Authentication Timeout'"],
    ["Bad username or password", "NoSuchBucket"],
    ["It must begin with Bearer or Basic", "http://[::1]:3000/path returned 500"],
    ["it must be defined as a key", "connect ECONNREFUSED 127.0.0.1:5432"],
    ["no such user", "ERR AUTH <password> called without any password configured"],
  ])("but not what says why: %s: %s", (message, cause) => {
    expect(reasonOf(new Error(message, { cause }))).toBe(`${message}: ${cause}`);
  });
});

describe("the code of a failure", () => {
  test.each<[string, unknown, string | undefined]>([
    ["a CheckFailure", new CheckFailure("LICENCE_OVER", "It ended."), "LICENCE_OVER"],
    ["a failure of hale", unexpectedReply("PONG", "LOADING"), "HALE_UNEXPECTED_REPLY"],
    ["Node", withCode("connect ECONNREFUSED", "ECONNREFUSED"), "ECONNREFUSED"],
    ["PostgreSQL", withCode("password authentication failed", "28P01"), "28P01"],
    ["MySQL", withCode("Access denied", "ER_ACCESS_DENIED_ERROR"), "ER_ACCESS_DENIED_ERROR"],
    ["MongoDB, a number", withCode("Authentication failed.", 18), "18"],
    ["the cause", new Error("a", { cause: withCode("b", "ECONNRESET") }), "ECONNRESET"],
    ["the first of several", new AggregateError([withCode("a", "E1"), withCode("b", "E2")]), "E1"],
    ["the first of several alone", new AggregateError([{}, withCode("b", "E2")]), undefined],
    ["the first cause that has one", { cause: {}, original: withCode("b", "E1") }, "E1"],
    ["the cause, beside an error that is null", { cause: { code: "E1" }, errors: [null] }, "E1"],
    ["a function", Object.assign(() => {}, { code: "E1" }), undefined],
    ["the outermost that has one", withCodeAndCause("OUTER", "INNER"), "OUTER"],
    ["an object that is no error", { code: "E1" }, "E1"],
    ["an error without one", new Error("a"), undefined],
    ["a text", "ECONNREFUSED", undefined],
    ["nothing", undefined, undefined],
    ["null", null, undefined],
    ["an object for a code", withCode("a", { a: 1 }), undefined],
    ["an empty code", withCode("a", ""), undefined],
    ["an empty code and a cause", withCodeAndCause("", "INNER"), "INNER"],
    ["its message, a credential", withCode("password=", "s3cretZ9x"), undefined],
    ["its message, a credential in it", withCode("token=abCdef1", "abCdef1"), undefined],
    ["its long message, a credential at the end", withCode(`${LONG}key=`, "s3cretZ9x"), undefined],
    ["its long message, a credential in it", withCode(`key=abCdef1 ${LONG}`, "abCdef1"), undefined],
    ["a token that is none of words", withCode("No such token", "4/0AbUR2VMeHx"), undefined],
    ["a cause, beside a credential", withCodeAndCause("s3cretZ9x", "E1", "token:"), "E1"],
    ["a cloud", withCode("The key is unknown.", "InvalidAccessKeyId"), "InvalidAccessKeyId"],
    ["a cloud, after a long message", withCode(LONG, "QuotaExceeded"), "QuotaExceeded"],
    ["a cloud, after a word", withCode("Failed to refresh token", "InvalidGrant"), "InvalidGrant"],
    ["a driver, beside a credential", withCode("password=", "ECONNRESET"), "ECONNRESET"],
    ["no more than three causes", nested(4, "E1"), undefined],
    ["three causes", nested(3, "E1"), "E1"],
  ])("is that of %s", (_, failure, code) => {
    expect(codeOf(failure)).toBe(code);
  });

  test("is one short line without credentials", () => {
    expect(codeOf(withCode("a", "E1\nE2"))).toBe("E1 E2");
    expect(codeOf(withCode("a", "postgres://bob:hunter2@db"))).toBe("postgres://***@db");
    expect(codeOf(withCode("a", "E".repeat(100)))).toBe(`${"E".repeat(63)}…`);
  });

  test.each<[string, unknown]>([
    [
      "a code that throws",
      {
        get code() {
          throw new Error("hunter2");
        },
      },
    ],
    [
      "a cause that throws",
      {
        get cause() {
          throw new Error("hunter2");
        },
      },
    ],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          get() {
            throw new Error("hunter2");
          },
        },
      ),
    ],
    ["causes that go round", roundabout()],
  ])("is none for %s", (_, failure) => {
    expect(codeOf(failure)).toBeUndefined();
  });

  function withCodeAndCause(code: string, inner: string, message = "a"): Error {
    return Object.assign(new Error(message, { cause: withCode("b", inner) }), { code });
  }

  function nested(depth: number, code: string): unknown {
    return depth === 0 ? { code } : { cause: nested(depth - 1, code) };
  }

  function roundabout(): object {
    const self: Record<string, unknown> = {};
    return Object.assign(self, { cause: self, original: self, parent: self, errors: [self] });
  }
});

test("what Promise.any() rejects with has the reasons of the first two", async () => {
  const failures = ["one", "two", "three"].map((text) => Promise.reject(new Error(`${text}.`)));
  const failure = await Promise.any(failures).catch((error: unknown) => error);
  expect(reasonOf(failure)).toBe("All promises were rejected: one; two.");
});

test("errors that a message repeats are not shown again", () => {
  const failure = new AggregateError([new Error("no disk")], "It failed: no disk");
  expect(reasonOf(failure)).toBe("It failed: no disk");
});
