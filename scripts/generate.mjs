// Writes what follows from the files of src/: the sub-paths in package.json, the exports of
// hale/checks, and the list of formats. With --check it writes nothing and fails when something is out of step.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { entries, publicFiles } from "./entries.mjs";

/** What the formatter keeps on one line, its end included. */
const LINE_WIDTH = 101;

const check = process.argv.includes("--check");
const stale = [];

function write(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  if (check) stale.push(path);
  else writeFileSync(path, text);
}

function exportsOf(sources) {
  const paths = Object.entries(sources).map(([path, source]) => {
    const built = source.replace(/^src\//, "./dist/").replace(/\.ts$/, "");
    return [path, { types: `${built}.d.ts`, default: `${built}.js` }];
  });
  return { ...Object.fromEntries(paths), "./package.json": "./package.json" };
}

function checksIndex() {
  const lines = publicFiles("src/checks").map((name) => {
    const source = readFileSync(`src/checks/${name}.ts`, "utf8");
    const found = [...source.matchAll(/^export (interface|type|function|const) (\w+)/gm)];
    const names = found.map(([, kind, id]) => (/interface|type/.test(kind) ? `type ${id}` : id));
    names.sort((one, other) => (bare(one) < bare(other) ? -1 : 1));
    const line = `export { ${names.join(", ")} } from "./${name}.ts";\n`;
    const wide = line.length > LINE_WIDTH;
    return wide ? `export {\n  ${names.join(",\n  ")},\n} from "./${name}.ts";\n` : line;
  });
  return lines.join("");
}

/** The format that is given when nothing else is asked for. */
const DEFAULT_FORMAT = "json";

function formatsIndex() {
  const files = publicFiles("src/formats");
  const list = [DEFAULT_FORMAT, ...files.filter((file) => file !== DEFAULT_FORMAT)].map(camelCase);
  const start = "export const FORMATS: readonly [Format, ...Format[]] = [";
  const line = `${start}${list.join(", ")}];\n`;
  return [
    'import type { Format } from "../contract/format.ts";\n',
    ...files.map((file) => `import { ${camelCase(file)} } from "./${file}.ts";\n`),
    "\n/** Every format, the default one first. */\n",
    line.length > LINE_WIDTH ? `${start}\n  ${list.join(",\n  ")},\n];\n` : line,
  ].join("");
}

function camelCase(file) {
  return file.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

function bare(name) {
  return name.replace("type ", "");
}

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
manifest.exports = exportsOf(entries());
write("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
write("src/checks/index.ts", checksIndex());
write("src/formats/index.ts", formatsIndex());

if (stale.length > 0) {
  console.error(`Out of step with src/: ${stale.join(", ")}. Run: npm run generate`);
  process.exitCode = 1;
}
