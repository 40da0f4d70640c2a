import { describe, expect, test } from "vitest";
import { reasonOf } from "../../src/report/reason.ts";
import { hideCredentials, RULES, redact } from "../../src/report/redact.ts";
import { endsWithin } from "../_support/backtracks.ts";
import { CREDENTIAL_SHAPES, type CredentialShape } from "./credential-shapes.ts";
import { PLAIN_MESSAGES } from "./plain-messages.ts";

/** Characters of a credential that, side by side, tell too much of it. */
const TELLING = 6;

/** The parts of credentials that a text tells, and that do not stand beside them. */
function leaksOf({ text, secrets }: CredentialShape, seen: string): readonly string[] {
  const around = secrets.reduce((rest, secret) => rest.replaceAll(secret, "\n"), text);
  return secrets
    .flatMap(partsOf)
    .filter((part) => seen.normalize("NFKC").includes(part) && !around.includes(part));
}

function partsOf(secret: string): readonly string[] {
  const starts = Math.max(secret.length - TELLING + 1, 1);
  return Array.from({ length: starts }, (_, start) => secret.slice(start, start + TELLING));
}

function byGroup<Row extends { readonly group: string }>(rows: readonly Row[]) {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups.map((name) => [name, rows.filter(({ group }) => group === name)] as const);
}

describe.each(byGroup(CREDENTIAL_SHAPES))("no credential is left of %s", (_, shapes) => {
  test.each(shapes)("$text", (shape) => {
    expect(leaksOf(shape, redact(shape.text))).toEqual([]);
    expect(leaksOf(shape, reasonOf(new Error("It failed", { cause: shape.text })))).toEqual([]);
  });
});

test("the judge finds every credential of a text that is shown as it is", () => {
  expect(CREDENTIAL_SHAPES.length).toBeGreaterThanOrEqual(500);
  for (const shape of CREDENTIAL_SHAPES) expect(leaksOf(shape, shape.text)).not.toEqual([]);
});

test("more is kept of the texts than is hidden", () => {
  const words = (text: string) => text.split(/\s+/).filter((word) => !word.includes("***"));
  const kept = CREDENTIAL_SHAPES.flatMap(({ text }) => words(redact(text))).length;
  const all = CREDENTIAL_SHAPES.flatMap(({ text }) => words(text)).length;
  expect(kept / all).toBeGreaterThan(0.5);
});

describe.each(byGroup(PLAIN_MESSAGES))("no word is lost of %s", (_, messages) => {
  test.each(messages)("$text", ({ text }) => {
    expect(redact(text)).toBe(text);
  });
});

test("no word is lost of a message, nor of its cause, whatever the two say", () => {
  const causes = PLAIN_MESSAGES.filter(({ text }) => /^\S*(?:\d|[a-z][A-Z])|^["'<>]/.test(text));
  expect(causes.length).toBeGreaterThanOrEqual(30);
  for (const { text: cause } of causes) {
    const lines = PLAIN_MESSAGES.map(({ text }) => `${text}\n${cause}`);
    const changed = lines.filter((pair) => hideCredentials(pair) !== pair);
    expect(changed).toEqual([]);
  }
});

test("there are 200 messages at least", () => {
  expect(PLAIN_MESSAGES.length).toBeGreaterThanOrEqual(200);
});

/** Characters of a text that are read, and the most steps of the engine for each of them. */
const LENGTH = 2000;
const STEPS = 600;

/** Parts of texts that rules begin to find, many times over. */
const PUMPS = [
  ...["://", "://a:", "//a", "%3A%2F%2F", "a:b", "a@", "a:b@", "://a:b@ ", "/ ?a=", "?code="],
  ...["password", "password=", "password ", "password[", "password is ", "secret-secret", "key: "],
  ...["token:{", "auth.auth", "pass", "cookie", "cookie: a", "authorization: ", "passworderror"],
  ...["Bearer ", "AUTH ", "AUTH LOGIN ", "identified by ", "<password", "<a:password>", "<a "],
  ...["-p -p ", "mysql -p ", "--a-", "--secret ", "-u 'a:", "user ", "user >a ", "echo a|"],
  ...[
    "sasl payload",
    "htpasswd -b a ",
    ".pgpass: a:",
    "config set key ",
    "remote(",
    "parameters: [",
  ],
  ...[
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY",
    "eyJ",
    "eyJaaaaa.",
    "a.",
    "s.",
    "sk-",
    "dp.a.",
    "$1$",
  ],
  ...["password for a", "password value ", "'password','", "; password ", "]]]", "%5D", "->", "| "],
  ...[
    "'",
    '"',
    "`",
    "\\",
    '\\"',
    '""',
    "a",
    "a ",
    "1",
    "é",
    "🔑",
    "hooks.slack.com/",
    "/v1/input/1",
  ],
];

const BEGINNINGS = ["", "password=", 'password: "', "mysql "];

test.each(RULES)("%s takes few steps for each character", (expression) => {
  const slow = BEGINNINGS.flatMap((beginning) =>
    PUMPS.map((pump) => `${(beginning + pump.repeat(LENGTH)).slice(0, LENGTH)}!`),
  ).filter((text) => !endsWithin(expression, text, STEPS * LENGTH));
  expect(slow.map((text) => text.slice(0, 40))).toEqual([]);
});
