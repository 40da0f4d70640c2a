// Writes what users can see of the types of each sub-path, as they were built, to api/. `npm run api` builds first.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { entries } from "./entries.mjs";

const OPTIONS = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  types: ["node"],
  skipLibCheck: true,
};

const printer = ts.createPrinter({ removeComments: true });

/** The built types of every sub-path. */
export function builtEntries() {
  const built = ([path, source]) => [
    path.replace(/^\./, "hale"),
    source.replace(/^src\//, "dist/").replace(/\.ts$/, ".d.ts"),
  ];
  return Object.fromEntries(Object.entries(entries()).map(built));
}

/**
 * Makes the report of each entry, by its file: its exports, and the types that these reach and that have no name of
 * their own in the package. A type stands in one report alone, without comments.
 */
export function apiReports(files, folder = "dist") {
  const program = ts.createProgram(
    Object.values(files).map((file) => resolve(file)),
    OPTIONS,
  );
  const checker = program.getTypeChecker();
  const root = `${resolve(folder)}/`;

  const exported = Object.entries(files).map(([name, file]) => {
    const source = program.getSourceFile(resolve(file));
    if (source === undefined) throw new Error(`${file} is missing. Build it first: npm run build`);
    const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
    return { name, source, symbols: symbols.map((symbol) => [symbol.name, targetOf(symbol)]) };
  });

  function targetOf(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The declarations of a symbol at the top of files of the package. */
  function declarationsOf(symbol) {
    const statements = (symbol?.declarations ?? []).map(statementOf);
    return statements.filter(
      (statement) =>
        ts.isSourceFile(statement.parent) && statement.getSourceFile().fileName.startsWith(root),
    );
  }

  function statementOf(declaration) {
    return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  }

  /** The symbols of the package that a declaration names. */
  function namedBy(node, found = new Set()) {
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node);
      const target = symbol && targetOf(symbol);
      if (declarationsOf(target).length > 0) found.add(target);
    }
    ts.forEachChild(node, (child) => void namedBy(child, found));
    return found;
  }

  /** The first sub-path that exports a symbol, and its name there. */
  const owners = new Map();
  for (const { name, symbols } of exported) {
    for (const [as, symbol] of symbols) {
      if (!owners.has(symbol)) owners.set(symbol, { name, as });
    }
  }

  const reachedBefore = new Set();
  return new Map(
    exported.map(({ name, source, symbols }) => {
      const own = symbols.filter(([, symbol]) => owners.get(symbol).name === name);
      const others = symbols.filter(([, symbol]) => owners.get(symbol).name !== name);
      const augmentations = source.statements.filter(ts.isModuleDeclaration);
      const reached = new Map();
      const pending = [...own.flatMap(([, symbol]) => declarationsOf(symbol)), ...augmentations];
      for (const declaration of pending) {
        for (const symbol of namedBy(declaration)) {
          if (owners.has(symbol) || reachedBefore.has(symbol)) continue;
          reachedBefore.add(symbol);
          reached.set(symbol, declarationsOf(symbol));
          pending.push(...declarationsOf(symbol));
        }
      }
      const text = [
        `# ${name}`,
        "Written by `npm run api`. A change here is a change for users.",
        piece([
          ...own.map(([as, symbol]) => [as, printed(declarationsOf(symbol), as, symbol.name)]),
          ...augmentations.map((declaration) => ["", print(declaration)]),
        ]),
        ...others.map(([as, symbol]) => {
          const owner = owners.get(symbol);
          return `- \`${as}\`: \`${owner.as}\` of \`${owner.name}\``;
        }),
        reached.size === 0 ? "" : "## Reached, without a name of their own",
        piece([...reached].map(([symbol, all]) => [symbol.name, printed(all)])),
      ];
      return [fileOf(name), `${text.filter((part) => part !== "").join("\n\n")}\n`];
    }),
  );
}

function printed(declarations, as = "", name = as) {
  const renamed = as === name ? [] : [`export { ${name} as ${as} };`];
  return [...declarations.map(print), ...renamed].join("\n");
}

function print(node) {
  return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
}

/** A piece of code with declarations in the order of their names. */
function piece(declarations) {
  if (declarations.length === 0) return "";
  const sorted = declarations.sort(([one, a], [other, b]) => compare(one, other) || compare(a, b));
  return `\`\`\`ts\n${sorted.map(([, text]) => text).join("\n\n")}\n\`\`\``;
}

/** Compares by code units, which no locale changes. */
function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}

function fileOf(name) {
  return `api/${name.replaceAll("/", "-")}.api.md`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const reports = apiReports(builtEntries());
  mkdirSync("api", { recursive: true });
  for (const file of readdirSync("api")) {
    if (file.endsWith(".api.md") && !reports.has(`api/${file}`)) rmSync(`api/${file}`);
  }
  for (const [file, text] of reports) writeFileSync(file, text);
}
