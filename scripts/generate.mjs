// Writes the parts that derive from the files of src/: the sub-paths in package.json and their types, the exports of
// hale/checks, the bodies of recognised clients, the openers of URLs, the list of formats, the version, the rules of the
// operator of Prometheus, the lists of checks in docs/README.md, the sub-commands of `hale` with their reference, and the
// keys of the configuration of `hale serve`. With --check it writes nothing and fails when something is out of step.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tsImport } from "tsx/esm/api";
import { camelCase, checks } from "./checks.mjs";
import { entries, publicFiles } from "./entries.mjs";

const check = process.argv.includes("--check");
const all = await checks();
const stale = [];

function write(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  if (check) stale.push(path);
  else writeFileSync(path, text);
}

/** Writes a file of TypeScript, formatted and with its imports and exports in order. */
function writeCode(path, text) {
  const args = ["check", "--write", `--stdin-file-path=${path}`];
  const biome = "node_modules/@biomejs/biome/bin/biome";
  write(path, execFileSync(process.execPath, [biome, ...args], { input: text, encoding: "utf8" }));
}

/** The conditions of one sub-path: the module, also for a `require` that can load one, and CommonJS for the others. */
function conditionsOf(source) {
  const built = source.replace(/^src\//, "./dist/").replace(/\.ts$/, "");
  const module = { types: `${built}.d.ts`, default: `${built}.js` };
  const commonJs = { types: `${built}.d.cts`, default: `${built}.cjs` };
  return { "module-sync": module, import: module, require: commonJs };
}

function exportsOf(sources) {
  const paths = Object.entries(sources).map(([path, source]) => [path, conditionsOf(source)]);
  return { ...Object.fromEntries(paths), "./package.json": "./package.json" };
}

/** The types of each sub-path, for a resolution that does not know exports. */
function typesVersionsOf(sources) {
  const paths = Object.entries(sources).map(([path, source]) => [
    path === "." ? "." : path.replace("./", ""),
    [source.replace(/^src\//, "./dist/").replace(/\.ts$/, ".d.cts")],
  ]);
  return { "*": Object.fromEntries(paths.filter(([path]) => path !== ".")) };
}

function checksIndex() {
  const lines = publicFiles("src/checks")
    .filter((name) => name !== "resolve-checks")
    .map((name) => {
      const source = readFileSync(`src/checks/${name}.ts`, "utf8");
      const found = [...source.matchAll(/^export (interface|type|function|const) (\w+)/gm)];
      const passedOn = [...source.matchAll(/^export type \{([^}]*)\}/gm)];
      const names = [
        ...found.map(([, kind, id]) => (/interface|type/.test(kind) ? `type ${id}` : id)),
        ...passedOn.flatMap(([, ids]) => ids.split(",").map((id) => `type ${id.trim()}`)),
      ].filter((name) => name !== "type ");
      return `export { ${names.join(", ")} } from "./${name}.ts";\n`;
    });
  return lines.join("");
}

/** The default format. */
const DEFAULT_FORMAT = "json";

function formatsIndex() {
  const files = publicFiles("src/formats");
  const list = [DEFAULT_FORMAT, ...files.filter((file) => file !== DEFAULT_FORMAT)].map(camelCase);
  return [
    'import type { Format, LoadedFormat } from "../contract/format.ts";\n',
    ...files.map((file) => `import { ${camelCase(file)} } from "./${file}.ts";\n`),
    "\n/** Every format, the default one first. */\n",
    `export const FORMATS: readonly [LoadedFormat, ...Format[]] = [${list.join(", ")}];\n`,
  ].join("");
}

/** The type of every client that is recognised, and what loads its check. */
function clientChecks() {
  const known = all.filter(({ client }) => client !== undefined);
  const imports = known.map(
    ({ name, client }) => `import type { ${client} } from "../../${name}.ts";\n`,
  );
  const loaders = known.map(
    ({ name, maker }) => `${maker}: async () => (await import("../../${name}.ts")).${maker},\n`,
  );
  return `import type { Check } from "../../../contract/check.ts";
${imports.join("")}import type { Kind } from "./client-table.ts";

/** A client that becomes a check when it is passed as it is. */
export type KnownClient = ${known.map(({ client }) => client).join(" | ")};

const LOADERS: { readonly [K in Kind]?: () => Promise<Maker> } = {
${loaders.join("")}};

type Maker = (options: { client: never }) => Check;

/**
 * Loads the body of a check and makes it of a client. Node itself keeps the failure of a file that has thrown,
 * and Node 20 that of one which was found and could not be read; one that was not found may be there the next
 * time.
 *
 * @internal so that the types of the package lack the table of clients
 */
export async function checkOf(kind: Kind, client: object): Promise<Check> {
  const make = await LOADERS[kind]?.();
  if (make === undefined) throw new Error(\`No check takes a client of \${kind} as it is.\`);
  return make({ client: client as never });
}
`;
}

/** Which file opens a URL, by its scheme. */
function openers() {
  const files = readdirSync("src/checks/internal/url").filter((file) => /^open-.*\.ts$/.test(file));
  const loaders = files.sort().flatMap((file) => {
    const source = readFileSync(`src/checks/internal/url/${file}`, "utf8");
    const schemes = /schemes: \[([^\]]*)\]/.exec(source)[1].matchAll(/"([^"]+)"/g);
    return [...schemes].map(
      ([, scheme]) => `${keyOf(scheme)}: async () => (await import("./${file}")).opener,\n`,
    );
  });
  return `import type { Opener } from "./opener.ts";

/** Loads what opens the URLs of a scheme. */
export const OPENERS: Readonly<Record<string, () => Promise<Opener>>> = {
${loaders.join("")}};
`;
}

/** A name as the key of an object. */
function keyOf(name) {
  return /^\w+$/.test(name) ? name : `"${name}"`;
}

/** Every sub-command of `hale`, in the order of the alphabet. */
function commandsIndex() {
  const files = publicFiles("src/cli").filter((file) => file !== "main");
  return [
    'import type { Command } from "./command.ts";\n',
    ...files.map((file) => `import { ${camelCase(file)} } from "../${file}.ts";\n`),
    "\n/** Every sub-command of `hale`. */\n",
    `export const COMMANDS: readonly Command[] = [${files.map(camelCase).join(", ")}];\n`,
  ].join("");
}

/** The reference of the command, written by the sources of the command themselves. */
async function commandReference() {
  const load = (file) => tsImport(`../src/cli/internal/${file}.ts`, import.meta.url);
  const { COMMANDS } = await load("commands");
  const { referenceOf } = await load("reference");
  return referenceOf(COMMANDS);
}

/** The page of the configuration of `hale serve`, with its keys between two marks. */
async function withConfigKeys(page) {
  const file = "../src/cli/internal/config/config-reference.ts";
  const { configTables } = await tsImport(file, import.meta.url);
  return between(page, "keys", `\n${configTables()}\n`);
}

/** A page with a text between the two marks of a name. */
function between(page, name, content) {
  const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- /${name} -->)`);
  const text = readFileSync(page, "utf8");
  if (!marks.test(text)) throw new Error(`${page} has no marks for ${name}.`);
  return text.replace(marks, (_, start, end) => start + content + end);
}

/** A page with the list of checks between its two marks. */
function withChecks(page) {
  const rows = all.map(({ name, asks, clients }) => {
    const kinds = clients.length > 0 ? clients.map((client) => `\`${client}\``).join(", ") : "none";
    return `| [${name}](checks/${name}.md) | ${asks} | ${kinds} |`;
  });
  const table = [
    "| check | what it verifies | clients accepted directly |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
  return between(page, "checks", table);
}

/** The rules of Prometheus as a resource of its operator. */
function prometheusRule() {
  const rules = readFileSync("deploy/prometheus/hale.rules.yml", "utf8");
  const groups = rules.slice(rules.indexOf("groups:")).replace(/^(?=.)/gm, "  ");
  return `# Written by npm run generate from deploy/prometheus/hale.rules.yml.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: hale
  labels: { release: prometheus } # what your Prometheus selects rules by
spec:
${groups}`;
}

function version({ version }) {
  return `/** The version of hale, from package.json. */
export const VERSION = "${version}";
`;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
manifest.exports = exportsOf(entries());
manifest.typesVersions = typesVersionsOf(entries());
write("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
write("deploy/kubernetes/prometheus-rule.yaml", prometheusRule());
writeCode("src/telemetry/version.ts", version(manifest));
writeCode("src/checks/index.ts", checksIndex());
writeCode("src/checks/internal/clients/client-checks.ts", clientChecks());
writeCode("src/checks/internal/url/openers.ts", openers());
writeCode("src/formats/index.ts", formatsIndex());
writeCode("src/cli/internal/commands.ts", commandsIndex());
mkdirSync("docs/reference", { recursive: true });
write("docs/reference/cli.md", await commandReference());
write("docs/reference/serve-config.md", await withConfigKeys("docs/reference/serve-config.md"));
write("docs/README.md", withChecks("docs/README.md"));

if (stale.length > 0) {
  console.error(`Out of step with src/: ${stale.join(", ")}. Run: npm run generate`);
  process.exitCode = 1;
}
