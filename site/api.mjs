// Writes the API reference: one page in site/api/ for each sub-path of the package, from the docstrings of src/.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Application, ReflectionKind } from "typedoc";
import { entries } from "../scripts/entries.mjs";
import { ROOT } from "./pages.mjs";

const OUT = join(ROOT, "site/api");

const MEMBERS = ReflectionKind.Property | ReflectionKind.Method | ReflectionKind.Constructor;

/** Writes the pages. Throws where a docstring links a name that does not exist. */
export async function writeApi() {
  const sources = Object.entries(entries());
  const app = await Application.bootstrapWithPlugins({
    name: "API",
    plugin: ["typedoc-plugin-markdown"],
    outputs: [{ name: "markdown", path: OUT }],
    tsconfig: join(ROOT, "site/tsconfig.json"),
    entryPoints: sources.map(([, source]) => join(ROOT, source)),
    basePath: join(ROOT, "src"),
    readme: "none",
    disableGit: true,
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    // The types are checked by `npm run types`.
    skipErrorChecking: true,
    // Types that a function takes or returns, and that no sub-path exports, are shown where they are used.
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    router: "module",
    hideBreadcrumbs: true,
    hidePageHeader: true,
    pageTitleTemplates: { index: "API", module: "{name}" },
    useCodeBlocks: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeDeclarationFormat: "table",
    logLevel: "Warn",
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("The API reference could not be made.");
  // What options have in common is described once, where they have it from.
  for (const member of project.getReflectionsByKind(MEMBERS)) {
    if (member.inheritedFrom !== undefined) removeMember(project, member);
  }
  const names = new Map(sources.map(([path, source]) => [moduleName(source), path]));
  for (const module of project.children ?? []) {
    module.name = names.get(module.name)?.replace(/^\./, "hale") ?? module.name;
  }
  rmSync(OUT, { recursive: true, force: true });
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    throw new Error("The API reference has the faults above.");
  }
}

/** Takes a member out of the project, and out of the groups in which its parent is written. */
function removeMember(project, member) {
  const { parent } = member;
  project.removeReflection(member);
  for (const group of parent.groups ?? []) {
    group.children = group.children.filter((child) => child !== member);
  }
  parent.groups = parent.groups?.filter(({ children }) => children.length > 0);
}

/** The name that TypeDoc gives to a source file: its path below src/. */
function moduleName(source) {
  return source.replace(/^src\//, "").replace(/(?:(?<=.)\/index)?\.ts$/, "");
}
