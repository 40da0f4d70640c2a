import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { RULES } from "../../src/report/redact.ts";
import { endsWithin } from "../_support/backtracks.ts";

/** The rooms whose expressions meet what a stranger has sent. */
const ROOMS = ["src/http", "src/adapters", "src/server", "src/formats", "src/lifecycle"];

/** Every regular expression that a source file holds. */
function expressionsOf(file: string): RegExp[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found: RegExp[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
      const text = (node as ts.RegularExpressionLiteral).text;
      const end = text.lastIndexOf("/");
      found.push(new RegExp(text.slice(1, end), text.slice(end + 1)));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const EXPRESSIONS = ROOMS.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(room, file)),
).flatMap((file) => expressionsOf(file).map((expression) => [file, expression] as const));

const BEGINNINGS = ["", "Bearer ", "http://a", '"', "1"];

/** What is sent many times over: every sign that an expression names, and some pairs. */
function pumpsOf({ source }: RegExp): readonly string[] {
  const signs = new Set([
    ...source.replace(/\\[dwsb]/gi, "a1"),
    " ",
    "\t",
    "\n",
    "\\",
    "a b",
    "//",
    ":@",
    '\\"',
  ]);
  return [...signs].slice(0, 30);
}

/** The beginning of a text that makes an expression step back more often than permitted. */
function worstFor(expression: RegExp, length: number, limit: number): string | undefined {
  for (const beginning of BEGINNINGS) {
    for (const pump of pumpsOf(expression)) {
      for (const end of ["", "\0"]) {
        const text = `${beginning}${pump.repeat(length / pump.length)}${end}`;
        if (!endsWithin(expression, text, limit)) return JSON.stringify(text.slice(0, 40));
      }
    }
  }
  return undefined;
}

/** Whether an expression is tried at every place of a text, and goes far ahead at each. */
function goesFarEverywhere({ source }: RegExp): boolean {
  const plain = source.replace(/\\./g, "a").replace(/\[[^\]]*\]/g, "a");
  return !plain.startsWith("^") && /[*+}](?!$)/.test(plain);
}

test("an expression that takes more than its text is long is found out", () => {
  expect(worstFor(/^(a+)+$/, 100, 10_000)).toBeDefined();

  expect(worstFor(/^\S*@/, 1000, 10_000)).toBeUndefined();
  expect([/\S*@/, /[ab]{2,}c/g].map(goesFarEverywhere)).toEqual([true, true]);
  expect([/^\S*@/, /[ab*+]+/g].map(goesFarEverywhere)).toEqual([false, false]);
});

describe("what a stranger has sent is read with few steps back for each character", () => {
  test("and there is something that reads it", () => {
    expect(EXPRESSIONS.length).toBeGreaterThan(10);
  });

  test.each(EXPRESSIONS)("in %s, %s", (_, expression) => {
    expect(worstFor(expression, 1000, 10_000)).toBeUndefined();
    expect(goesFarEverywhere(expression)).toBe(false);
  });
});

/** What the rules for credentials look for, so that each begins to match again and again. */
const LIKE_SECRETS = [
  "://",
  "://a:",
  "%3A%2F%2F",
  "a:b",
  "password=",
  "password ",
  "password[",
  "secret_",
  "key: ",
  'auth=\\\\"',
  "Bearer ",
  "AUTH ",
  "identified by ",
  "<password",
  "mysql -p",
  "-----BEGIN PRIVATE KEY",
  "eyJaaaaa.",
  "a ",
  "'",
  '\\"',
];

test("a reason, of which 2000 characters are read, takes less than the square of that", () => {
  const texts = LIKE_SECRETS.map((text) => text.repeat(2000 / text.length));
  const slow = RULES.flatMap(([expression]) =>
    texts
      .filter((text) => !endsWithin(expression, text, 4_000_000))
      .map((text) => `${text.slice(0, 20)} for ${expression.source}`),
  );
  expect(slow).toEqual([]);
});
