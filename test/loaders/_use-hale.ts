import { readFileSync } from "node:fs";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";

/** The program that uses hale, in TypeScript: what it exports is called by a last line that is added. */
const SOURCE = readFileSync("test/loaders/programs/use-hale.ts", "utf8");

const PRINT = "useHale().then((used) => console.log(JSON.stringify(used)));\n";

/** What the program finds: what hale answers before a service, for a cache that was passed as it is, and an error. */
export const USED = {
  deep: '{"status":"healthy","checks":{"cache":"ok","made":"ok"}}',
  live: '{"status":"ok"}',
  service: "the service",
  refused: "HALE_ALREADY_ATTACHED",
};

/** A test of Jest or Vitest, both of which have these globals. */
const TEST = `declare const test: (name: string, run: () => Promise<void>, limit: number) => void;
declare const expect: (value: unknown) => { toEqual(value: unknown): void };
test("hale is used", async () => {
  expect(await useHale()).toEqual(${JSON.stringify(USED)});
}, 120_000);
`;

/** The program, which prints what it finds. */
export const PROGRAM = sourcesOf(PRINT);

/** The program as a test. */
export const TEST_FILE = sourcesOf(TEST);

function sourcesOf(end: string) {
  const ts = `${SOURCE}\n${end}`;
  const compile = (module: ModuleKind) =>
    transpileModule(ts, {
      compilerOptions: { module, target: ScriptTarget.ES2022, esModuleInterop: true },
    }).outputText;
  return { ts, mjs: compile(ModuleKind.ES2022), cjs: compile(ModuleKind.CommonJS) };
}
