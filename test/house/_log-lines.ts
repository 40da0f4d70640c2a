import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A line that hale logs. */
export interface LogLine {
  /** The place of the call, such as `src/health.ts:285`. */
  readonly where: string;
  /** The longest fixed text of the line, or the name of what writes it. */
  readonly text: string;
}

/** The levels of a line; a call whose first argument may be one of them logs. */
const LEVEL = /"(?:info|warn|error)"|^level$/;

/** Every line that the sources log, by its longest fixed text. */
export function logLines(): LogLine[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("src", file))
    .flatMap((file) => linesOf(file, readFileSync(file, "utf8")));
}

function linesOf(file: string, code: string): LogLine[] {
  if (!/\b(?:log|line)\(/.test(code)) return [];
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
  const lines: LogLine[] = [];
  visit(source);
  return lines;

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) && isLog(node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const where = `${file}:${line}`;
      for (const text of textsOf(node.arguments[1] as ts.Expression)) {
        lines.push({ where, text });
      }
    }
    ts.forEachChild(node, visit);
  }
}

function isLog({ expression, arguments: [level, message] }: ts.CallExpression): boolean {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return (
    ts.isIdentifier(name) &&
    ["log", "line"].includes(name.text) &&
    level !== undefined &&
    message !== undefined &&
    LEVEL.test(level.getText())
  );
}

/** The longest fixed text of each line that an expression may be; the call of a function that writes it elsewhere. */
function textsOf(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isConditionalExpression(expression)) {
    return [expression.whenTrue, expression.whenFalse].flatMap(textsOf);
  }
  if (ts.isTemplateExpression(expression)) {
    const fixed = [
      expression.head.text,
      ...expression.templateSpans.flatMap(({ expression: inner, literal }) => [
        ...constantText(inner),
        literal.text,
      ]),
    ];
    return [longestOf(fixed)];
  }
  if (ts.isIdentifier(expression)) {
    const value = initializerOf(expression);
    return value === undefined ? [expression.text] : textsOf(value);
  }
  if (ts.isCallExpression(expression)) return [`${expression.expression.getText()}()`];
  return [expression.getText()];
}

/** The text of a part that names a constant. */
function constantText(part: ts.Expression): string[] {
  const value = ts.isIdentifier(part) ? initializerOf(part) : undefined;
  return value !== undefined && (ts.isStringLiteralLike(value) || ts.isTemplateExpression(value))
    ? textsOf(value)
    : [];
}

function longestOf(texts: readonly string[]): string {
  const [longest = ""] = texts
    .map((text) => text.trim())
    .sort((one, other) => other.length - one.length);
  return longest;
}

/** The value of the constant that an identifier names, in the functions around it. */
function initializerOf(name: ts.Identifier): ts.Expression | undefined {
  for (let scope: ts.Node = name; scope !== undefined; scope = scope.parent) {
    const found = declared(scope, name.text);
    if (found !== undefined) return found;
  }
  return undefined;
}

function declared(scope: ts.Node, name: string): ts.Expression | undefined {
  if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) return undefined;
  for (const statement of scope.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const found = statement.declarationList.declarations.find((one) => one.name.getText() === name);
    if (found?.initializer !== undefined) return found.initializer;
  }
  return undefined;
}
