import { readFileSync } from "node:fs";
import ts from "typescript";
import { publicFiles } from "./entries.mjs";

/** Files of `hale/checks` that are about checks, and are none themselves. */
const NO_CHECKS = ["detect", "from-url", "migrations-applied", "resolve-checks"];

/** `dns-name` as `dnsName`. */
export function camelCase(file) {
  return file.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

function pascalCase(file) {
  return camelCase(file).replace(/^\w/, (letter) => letter.toUpperCase());
}

/** Every check, with what its file and the table of clients say of it. */
export async function checks() {
  const table = await readClients();
  return publicFiles("src/checks")
    .filter((name) => !NO_CHECKS.includes(name))
    .map((name) => {
      const source = readFileSync(`src/checks/${name}.ts`, "utf8");
      const { taken = {}, needs } = table[camelCase(name)] ?? {};
      const clients = Object.keys(needs === undefined ? taken : {}).flatMap((names) =>
        names.split(", "),
      );
      return {
        name,
        maker: camelCase(name),
        client: clients.length > 0 ? `${pascalCase(name)}Client` : undefined,
        clients,
        asks: firstSentence(source, camelCase(name)),
      };
    });
}

/** The table of clients, as its file has it. */
async function readClients() {
  const source = readFileSync("src/checks/internal/clients/client-table.ts", "utf8");
  const { ESNext } = ts.ScriptTarget;
  const compilerOptions = { target: ESNext, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  return (await import(`data:text/javascript,${encodeURIComponent(outputText)}`)).CLIENTS;
}

/** What the docstring of a function says first. */
function firstSentence(source, name) {
  const docstring = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s+export (?:function|const) ${name}\\b`,
  ).exec(source)?.[1];
  if (docstring === undefined) throw new Error(`The check ${name} has no docstring.`);
  const text = docstring.replace(/^\s*\* ?/gm, "").trim();
  return /^[\s\S]*?\.(?=\s|$)/.exec(text)?.[0].replace(/\s+/g, " ");
}
