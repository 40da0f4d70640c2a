import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import ts from "typescript";

/**
 * Writes the types of CommonJS beside those of modules: what each entry exports, by reference to its module. A copy
 * would not do, since TypeScript lets no CommonJS file import a module's types without saying so.
 */
export function writeCommonJsTypes(entries) {
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: ["node"],
  });
  const checker = program.getTypeChecker();
  for (const entry of entries) {
    const source = program.getSourceFile(entry);
    const exported = checker
      .getExportsOfModule(checker.getSymbolAtLocation(source))
      .map((symbol) => ({ name: symbol.name, ...kindOf(symbol, checker) }));
    // What a module adds to another, of which CommonJS may have other types.
    const added = source.statements.filter(ts.isModuleDeclaration).map((each) => each.getText());
    const text = textOf(basename(entry, ".d.ts"), exported, added);
    writeFileSync(entry.replace(/\.ts$/, ".cts"), text);
  }
}

function kindOf(symbol, checker) {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  const typeOnly = isAlias && symbol.declarations.some(ts.isTypeOnlyExportDeclaration);
  return {
    isValue: !typeOnly && (target.flags & ts.SymbolFlags.Value) !== 0,
    isType: (target.flags & ts.SymbolFlags.Type) !== 0,
    doc: docOf(target.declarations[0]),
  };
}

/** The first sentence of a docstring, for editors, which show none of what a type refers to. */
function docOf(declaration) {
  const doc = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc).at(-1);
  return ts.getTextOfJSDocComment(doc?.comment)?.match(/^.*?\.(?=\s|$)/s)?.[0];
}

function textOf(module, exported, added) {
  const from = `from "./${module}.ts" with { "resolution-mode": "import" };`;
  const types = exported.filter(({ isValue }) => !isValue).map(({ name }) => name);
  const values = exported.filter(({ isValue }) => isValue);
  return [
    ...(values.length > 0 ? [`import type * as module ${from}`] : []),
    `export type { ${types.join(", ")} } ${from}`,
    ...(added.length > 0 ? [`import type { ${types.join(", ")} } ${from}`, ...added] : []),
    ...values.flatMap(({ name, isType, doc }) => [
      ...(doc === undefined ? [] : [`/** ${doc} */`]),
      `export declare const ${name}: typeof module.${name};`,
      ...(isType ? [`export type ${name} = module.${name};`] : []),
    ]),
    "",
  ].join("\n");
}
