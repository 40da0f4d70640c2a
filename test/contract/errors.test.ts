import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CORE_ERROR_CODES, HaleError, type HaleErrorCode } from "../../src/contract/errors.ts";
import { OUTER_ERROR_CODES, outerError } from "../../src/contract/outer-errors.ts";

const ERROR_CODES: readonly HaleErrorCode[] = [...CORE_ERROR_CODES, ...OUTER_ERROR_CODES];

interface Example {
  readonly error: HaleError;
  readonly message: string;
  /** The part of the message that says what to do. */
  readonly remedy: string;
}

/** The codes that the files of src name, the table of messages left out. */
const USED = codesInSource();

/** What a run finds, and no misuse: there is nothing to do about the code. */
const FINDINGS: ReadonlySet<HaleErrorCode> = new Set([
  "HALE_TIMEOUT",
  "HALE_CLOSED",
  "HALE_UNEXPECTED_REPLY",
  "HALE_NOT_CONNECTED",
  "HALE_LOADING",
]);

const EXAMPLES: readonly Example[] = [
  {
    error: new HaleError("HALE_UNKNOWN_OPTION", "redis()", "timout", "timeout", "client, timeout"),
    message: 'redis() has no option "timout". Did you mean "timeout"? It takes: client, timeout.',
    remedy: "It takes: client, timeout.",
  },
  {
    error: new HaleError("HALE_BAD_OPTION", "redis()", "timeout", "a whole number", '"5s"'),
    message: 'The option "timeout" of redis() must be a whole number, but is "5s".',
    remedy: "must be a whole number",
  },
  {
    error: new HaleError("HALE_TIMEOUT_OVER_DEADLINE", 'the check "db"', 900, 700),
    message:
      'The timeout of the check "db" is 900 ms, over 700, the deadline less 100. Lower it, or give the check an "interval".',
    remedy: 'give the check an "interval"',
  },
  {
    error: new HaleError("HALE_BAD_NAME", "my db"),
    message:
      '"my db" cannot name a check. Use 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, and none of live, ready, startup, deep.',
    remedy: "Use 1 to 64 letters",
  },
  {
    error: new HaleError("HALE_TOO_MANY_CHECKS", 10_241, 10_240),
    message:
      "The deep body of these checks can take 10241 bytes, over 10240. Give fewer, or shorten their names.",
    remedy: "Give fewer, or shorten their names.",
  },
  {
    error: new HaleError("HALE_DEPENDENCY_IN_LIVENESS", "db"),
    message:
      'A restart does not mend the dependency of the check "db". Take "liveness" out of its probes, or give it "restartAfter".',
    remedy: 'Take "liveness" out of its probes',
  },
  {
    error: new HaleError("HALE_DEPENDENCY_IN_STARTUP", "db"),
    message:
      'A restart does not mend the dependency of the check "db". Take "startup" out of its probes.',
    remedy: 'Take "startup" out of its probes.',
  },
  {
    error: new HaleError("HALE_UNKNOWN_CLIENT", "db", "an object", "postgres, redis"),
    message:
      'The check "db" is an object, which hale does not recognise. It takes an async function, a check of "hale/checks", or the client of one: postgres, redis.',
    remedy: "It takes an async function, a check",
  },
  {
    error: new HaleError("HALE_AMBIGUOUS_CLIENT", "db", "postgres", "redis"),
    message: 'The check "db" could be postgres or redis. Make it with "hale/checks".',
    remedy: 'Make it with "hale/checks".',
  },
  {
    error: new HaleError("HALE_BAD_PATH", "health", "is no absolute path"),
    message:
      'The path "health" is no absolute path. Give each probe paths of its own, such as "/health/ready".',
    remedy: "Give each probe paths of its own",
  },
  {
    error: new HaleError("HALE_WEAK_TOKEN", 2),
    message:
      "Access token 2 must be 16 to 1024 letters, digits and signs of ASCII. Make one with: openssl rand -hex 32",
    remedy: "Make one with: openssl rand -hex 32",
  },
  {
    error: outerError("HALE_UNKNOWN_CHECK", "db", "liveness"),
    message:
      'No check named "db" takes part in liveness. Ask for one that does, or leave "check" out.',
    remedy: 'Ask for one that does, or leave "check" out.',
  },
  {
    error: outerError("HALE_UNKNOWN_FORMAT", "json, text"),
    message: "There is no such format. Use one of: json, text.",
    remedy: "Use one of: json, text.",
  },
  {
    error: outerError("HALE_METHOD_NOT_ALLOWED", "GET, HEAD"),
    message: "Health is only asked for. Use one of: GET, HEAD.",
    remedy: "Use one of: GET, HEAD.",
  },
  {
    error: new HaleError("HALE_ALREADY_STARTED", "warm"),
    message:
      'The start-up task "warm" came after startup was done. Call starting() in the turn of createHealth().',
    remedy: "Call starting() in the turn of createHealth().",
  },
  {
    error: new HaleError("HALE_DUPLICATE_CHECK", "payments.ledger"),
    message: 'There is a check named "payments.ledger" already. Give one of the two another name.',
    remedy: "Give one of the two another name.",
  },
  {
    error: new HaleError("HALE_UNKNOWN_MEMBER", "payments", "leger"),
    message:
      'The group "payments" names "leger", which is no check. Name checks that are registered.',
    remedy: "Name checks that are registered.",
  },
  {
    error: outerError("HALE_BAD_URL", "a URL that begins with redis:"),
    message:
      "The URL cannot be used: it must be a URL that begins with redis:. It is not shown, because it may hold a password.",
    remedy: "it must be a URL",
  },
  {
    error: outerError("HALE_LATE_CHECK", "payments"),
    message:
      'The check "payments" came after the health was made. Use HaleService.health from onModuleInit() on and not in a constructor, and decorate methods of providers that are made when the application starts.',
    remedy:
      "Use HaleService.health from onModuleInit() on and not in a constructor, and decorate methods of providers that are made when the application starts.",
  },
  {
    error: outerError("HALE_NO_NODE_MODULE", "heap()", "node:v8"),
    message: "heap() asks node:v8, which this runtime does not have. Leave the check out here.",
    remedy: "Leave the check out here.",
  },
  {
    error: outerError("HALE_COMMAND_MISSING", "Error: Cannot find package"),
    message:
      'The commands of @aws-sdk/client-s3 could not be imported: Error: Cannot find package. Give s3() "command": new HeadBucketCommand({ Bucket }), as a service that is bundled must.',
    remedy: 'Give s3() "command": new HeadBucketCommand({ Bucket })',
  },
  {
    error: outerError("HALE_DRIVER_MISSING", "redis", "ioredis"),
    message:
      "To open a URL that begins with redis: hale needs a driver that is not installed: npm install ioredis",
    remedy: "npm install ioredis",
  },
  {
    error: new HaleError("HALE_DUPLICATE_TASK", "warm"),
    message: 'There is a task named "warm" already. Give one of the two another name.',
    remedy: "Give one of the two another name.",
  },
  {
    error: outerError("HALE_NOT_A_WORKER"),
    message:
      "reportToPrimary() is for a worker of node:cluster, and this process is none. Call it where cluster.isWorker is true.",
    remedy: "Call it where cluster.isWorker is true.",
  },
  {
    error: outerError("HALE_NOT_THE_PRIMARY"),
    message:
      "clusterHealth() is for the primary of node:cluster, and this process is a worker. Call it where cluster.isPrimary is true; under pm2, whose primary is a daemon, give the health of each process to attach() or listen() on a port of its own.",
    remedy: "Call it where cluster.isPrimary is true",
  },
  {
    error: outerError("HALE_NEVER_READY"),
    message:
      "The service drains, so it will not be ready. Let whoever waits for whenReady() end too.",
    remedy: "Let whoever waits for whenReady() end too.",
  },
  {
    error: new HaleError("HALE_STARTUP_NOT_MANUAL"),
    message: 'started() needs createHealth({ startup: "manual" }). Leave it out.',
    remedy: "Leave it out.",
  },
  {
    error: outerError("HALE_ALREADY_ATTACHED"),
    message: "This health is attached to this server already. Attach it once, or detach it first.",
    remedy: "Attach it once, or detach it first.",
  },
  {
    error: outerError("HALE_LISTEN_FAILED", "127.0.0.1", 80, "EACCES"),
    message:
      "The health server could not listen on 127.0.0.1 port 80: EACCES. Choose another port, or 0 for a free one.",
    remedy: "Choose another port, or 0 for a free one.",
  },
  {
    error: outerError("HALE_MIGRATIONS_PENDING", "002_items"),
    message: "Migrations are pending: 002_items. Apply them; the service waits for that.",
    remedy: "Apply them",
  },
  {
    error: outerError("HALE_MIGRATIONS_UNKNOWN", 10_000),
    message:
      "Whether migrations are pending was not answered within 10000 ms. See whether the database answers.",
    remedy: "See whether the database answers",
  },
  {
    error: outerError("HALE_SHUTDOWN_TWICE"),
    message:
      "gracefulShutdown() was called already for this health. Call it once, with all servers and hooks, or dispose of the first one before.",
    remedy: "Call it once, with all servers and hooks, or dispose",
  },
  {
    error: new HaleError("HALE_CLOSED"),
    message: "This health is closed.",
    remedy: "",
  },
  {
    error: new HaleError("HALE_TIMEOUT", 500),
    message: "No answer within 500 ms.",
    remedy: "",
  },
  {
    error: outerError("HALE_UNEXPECTED_REPLY", "PONG", "LOADING"),
    message: 'Expected PONG, got "LOADING".',
    remedy: "",
  },
  {
    error: outerError("HALE_NOT_CONNECTED", "end"),
    message: 'The client is not connected: its state is "end".',
    remedy: "",
  },
  {
    error: outerError("HALE_LOADING"),
    message: "The server is loading its data, and serves nobody until it has.",
    remedy: "",
  },
];

test("every code has an example here, and none has two", () => {
  expect(EXAMPLES.map(({ error }) => error.code).sort()).toEqual([...ERROR_CODES].sort());
});

describe.each(EXAMPLES.map((example) => ({ ...example, code: example.error.code })))(
  "$code",
  ({ code, error, message, remedy }) => {
    test("says what happened", () => {
      expect(error.message).toBe(message);
    });

    test("says what to do, unless it is what a run finds", () => {
      expect(remedy === "").toBe(FINDINGS.has(code));
      expect(error.message).toContain(remedy);
    });

    test("is an Error with a name and a stable code", () => {
      expect(error).toBeInstanceOf(Error);
      expect(error.name).toBe("HaleError");
      expect(error.code).toBe(code);
      expect(Object.keys(error)).toContain("code");
      expect(String(error)).toBe(`HaleError: ${message}`);
    });

    test("is used somewhere in src", () => {
      expect(USED).toContain(code);
    });
  },
);

test("every code that is used in src is one of the codes", () => {
  expect([...USED].filter((code) => !ERROR_CODES.includes(code as HaleErrorCode))).toEqual([]);
});

describe("an unexpected reply", () => {
  test.each<[string, unknown]>([
    ['""', ""],
    ['"a \\"b\\""', 'a "b"'],
    ['"two\\nlines"', "two\nlines"],
    ["undefined", undefined],
    ["null", null],
    ["0", 0],
    ["7", 7n],
    ["false", false],
    ["Symbol(s)", Symbol("s")],
    ["an object", ["a", "b"]],
    ["an object", {}],
  ])("is quoted as %s", (quoted, reply) => {
    expect(outerError("HALE_UNEXPECTED_REPLY", "PONG", reply).message).toBe(
      `Expected PONG, got ${quoted}.`,
    );
  });

  test("is cut when it is long", () => {
    const { message } = outerError("HALE_UNEXPECTED_REPLY", "PONG", "x".repeat(10_000));
    expect(message).toBe(`Expected PONG, got "${"x".repeat(79)}….`);
  });

  test.each<[string, unknown]>([
    ["has no prototype", Object.create(null)],
    [
      "throws when it is made a text",
      {
        toString() {
          throw new Error("no");
        },
      },
    ],
  ])("that %s is reported all the same", (_, reply) => {
    const error = outerError("HALE_UNEXPECTED_REPLY", "PONG", reply);
    expect(error.message).toMatch(/^Expected PONG, got .+\.$/);
  });
});

test("an error takes a cause, as any error does", () => {
  const cause = new Error("EADDRINUSE");
  const error = outerError("HALE_LISTEN_FAILED", "::", 80, "EADDRINUSE");
  error.cause = cause;
  expect(error.cause).toBe(cause);
});

function codesInSource(): ReadonlySet<string> {
  const root = join(import.meta.dirname, "../../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file !== join("contract", "errors.ts"))
    .map((file) => readFileSync(join(root, file), "utf8"));
  expect(files.length).toBeGreaterThan(20);
  return new Set(
    files.flatMap((text) => text.match(/"HALE_[A-Z_]+"/g) ?? []).map((code) => code.slice(1, -1)),
  );
}
