import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reasonOf } from "../../src/report/reason.ts";
import { redact } from "../../src/report/redact.ts";

interface Template {
  /** A text with a password in it, written as whoever prints such a text writes it. */
  readonly write: (password: string) => string;
  /** What of the password stands in the text. */
  readonly spelt?: (password: string) => string;
  /** Passwords that the text would make something else of. */
  readonly not?: RegExp;
}

/** What reads as a port, or as the end of the user information, where a URL ends too soon. */
const LIKE_A_HOST = /^\d{1,5}(\W|$)|@/;

const TEMPLATES: Readonly<Record<string, Template>> = {
  "a URL": { write: (password) => `cannot reach postgres://bob:${password}@db:5432/shop now` },
  "a URL without a user": { write: (password) => `redis://:${password}@cache` },
  "a URL with the password encoded": {
    write: (password) => `amqp://bob:${encodeURIComponent(password)}@broker/%2F`,
    spelt: encodeURIComponent,
  },
  "a URL in another URL": {
    write: (password) => `/to?url=${encodeURIComponent(`mysql://bob:${password}@db/shop`)}`,
    spelt: encodeURIComponent,
  },
  "a URL that ends too soon": {
    write: (password) => `Invalid URL: postgres://bob:${password}`,
    not: LIKE_A_HOST,
  },
  "a URL that ends too soon, and more words": {
    write: (password) => `Invalid URL: postgres://bob:${password} (ERR_INVALID_URL)`,
    not: LIKE_A_HOST,
  },
  "an address without a scheme": {
    write: (password) => `invalid DSN: bob:${password}@tcp(db:3306)/shop`,
    not: /:\/\/|^\/\//,
  },
  "a URL without a scheme": {
    write: (password) => `cannot reach //bob:${password}@db:5432/shop now`,
    not: LIKE_A_HOST,
  },
  "a .netrc": { write: (password) => `machine db login bob password ${password} macdef init` },
  "a rule of Redis": { write: (password) => `ACL SETUSER bob on >${password} ~* +@all` },
  "libpq key words": { write: (password) => `host=db password=${password} dbname=shop` },
  "quoted libpq key words": {
    write: (password) => `host=db password='${escaped(password)}' dbname=shop`,
    spelt: escaped,
  },
  JDBC: { write: (password) => `jdbc:mysql://db/shop?user=bob&password=${password}` },
  "JDBC for SQL Server": {
    write: (password) => `jdbc:sqlserver://db;user=sa;password={${password}};encrypt=true`,
  },
  "ADO in single quotes": {
    write: (password) => `Server=db;Password='${password.replaceAll("'", "''")}';Encrypt=true`,
    spelt: (password) => password.replaceAll("'", "''"),
  },
  "ADO in double quotes": {
    write: (password) => `Server=db;Pwd="${password.replaceAll('"', '""')}";Encrypt=true`,
    spelt: (password) => password.replaceAll('"', '""'),
  },
  JSON: {
    write: (password) => `sent ${JSON.stringify({ user: "bob", password, host: "db" })}`,
    spelt: json,
  },
  "JSON in JSON": {
    write: (password) => JSON.stringify({ body: JSON.stringify({ password }) }),
    spelt: (password) => json(json(password)),
  },
  "JSON below a word for secrets": {
    write: (password) => JSON.stringify({ auth: { user: "bob", value: password } }),
    spelt: json,
  },
  "util.inspect": {
    write: (password) => inspect({ user: "bob", password, host: "db" }),
    spelt: inspected,
  },
  "util.inspect of a list": {
    write: (password) => inspect({ tokens: ["one", password] }),
    spelt: inspected,
  },
  "util.inspect of raw headers": {
    write: (password) => inspect(["X-Api-Key", password]),
    spelt: inspected,
  },
  "a query string": {
    write: (password) => `GET /v1?access_token=${encodeURIComponent(password)}&page=2 returned 401`,
    spelt: encodeURIComponent,
  },
  "an encoded form": {
    write: (password) => `${new URLSearchParams({ "user[password]": password, page: "2" })}`,
    spelt: (password) => `${new URLSearchParams({ x: password })}`.slice(2),
  },
  "Authorization: Bearer": { write: (password) => `Authorization: Bearer ${password}` },
  "Bearer alone": {
    write: (password) => `sent Bearer ${password} and got 401`,
    // A word of a sentence, which no token of more than a few bits is.
    not: /^[a-z]{1,20}[.,;:)]*$/i,
  },
  "Authorization: Basic": {
    write: (password) => `authorization: Basic ${base64(password)}`,
    spelt: base64,
  },
  "Basic alone": { write: (password) => `sent Basic ${base64(password)}`, spelt: base64 },
  "a cookie": { write: (password) => `Cookie: theme=dark; sid=${password}` },
  XML: {
    write: (password) => `<password>${password.replaceAll("<", "&lt;")}</password>`,
    spelt: (password) => password.replaceAll("<", "&lt;"),
  },
  "a statement": {
    write: (password) => `alter user bob with password '${password.replaceAll("'", "''")}'`,
    spelt: (password) => password.replaceAll("'", "''"),
  },
  "a statement of MySQL": {
    write: (password) => `create user bob identified by '${password.replaceAll("'", "''")}'`,
    spelt: (password) => password.replaceAll("'", "''"),
  },
  "an environment": { write: (password) => `HOME=/ PGPASSWORD=${password} PGUSER=bob` },
  "a command": {
    write: (password) => `Command failed: redis-cli --pass ${password} ping`,
    not: /^-/,
  },
  "a prefix of an error": {
    write: (password) => `Wrong password "${json(password)}"`,
    spelt: json,
  },
};

// The same passwords each time: a run that fails can be run again.
fc.configureGlobal({ seed: 1 });

/** Six printable characters or more, without white space, of every script. */
const PASSWORDS = fc
  .oneof(
    fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 40 }),
    fc.string({ unit: "grapheme", minLength: 6, maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom(..."@:/?#'\"`\\;&=%{}[]()<>,.-$*!ab1"),
      minLength: 6,
      maxLength: 20,
    }),
  )
  .filter((password) => !/[\s\p{C}]/u.test(password));

/** Characters of a secret that, side by side, tell too much of it. */
const TELLING = 6;

describe.each(Object.entries(TEMPLATES))("in %s", (_, { write, spelt = same, not = /$^/ }) => {
  const passwords = PASSWORDS.filter((password) => !not.test(password));
  // What is seen beside any password.
  const around = [write(""), redact(write("Q")), "*** (EFAIL): ***"].join("\n");

  test("no part of a password is shown", () => {
    fc.assert(
      fc.property(passwords, (password) => {
        const seen = redact(write(password));
        expect(partsOf(spelt(password)).filter((part) => shows(seen, part, around))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("no part of a password is shown of an error and its cause", () => {
    fc.assert(
      fc.property(passwords, (password) => {
        const cause = Object.assign(new Error(write(password)), { code: "EFAIL" });
        const seen = reasonOf(new Error("It failed", { cause }));
        expect(partsOf(spelt(password)).filter((part) => shows(seen, part, around))).toEqual([]);
      }),
    );
  });
});

test("any text becomes one short line without control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 4000 }), (text) => {
      const seen = redact(text);
      expect(seen.length).toBeLessThanOrEqual(300);
      expect(seen).not.toMatch(/[\n\r\t\p{Cc}\u2028\u2029]/u);
      expect(seen).toBe(seen.trim());
    }),
  );
});

test("any value becomes a reason", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
      const reason = reasonOf(value);
      expect(reason).not.toBe("");
      expect(reason.length).toBeLessThanOrEqual(300);
    }),
  );
});

function same(password: string): string {
  return password;
}

function json(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inspected(text: string): string {
  return inspect([text]).slice(3, -3);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\']/g, "\\$&");
}

function base64(password: string): string {
  return Buffer.from(`bob:${password}`).toString("base64");
}

function partsOf(secret: string): readonly string[] {
  const starts = Math.max(secret.length - TELLING + 1, 1);
  return Array.from({ length: starts }, (_, start) => secret.slice(start, start + TELLING));
}

/** Whether a part of a secret is seen that was not in the text without it. */
function shows(seen: string, part: string, around: string): boolean {
  return seen.includes(part) && !around.includes(part);
}
