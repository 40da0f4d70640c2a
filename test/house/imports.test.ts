import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";

/** An import of one file of src/ by another, or of something outside; types count like values. */
interface Import {
  readonly from: string;
  readonly to: string;
  /** Whether it is made on demand, by a call. */
  readonly onDemand: boolean;
}

const FILES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join("src", file));

const IMPORTS = FILES.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const source = readFileSync(from, "utf8").replace(/^\s+\*.*$/gm, "");
  const statements = source.matchAll(/(?:import|export)\s+[^;"']*?from\s+"([^"]+)"/g);
  const calls = source.matchAll(/(?<!typeof )import\("([^"]+)"\)/g);
  const made = [
    ...[...statements].map(([, to = ""]) => ({ to, onDemand: false })),
    ...[...calls].map(([, to = ""]) => ({ to, onDemand: true })),
  ];
  return made.map(({ to, onDemand }) => ({
    from,
    to: to.startsWith(".") ? normalize(join(dirname(from), to.replace(/\?source$/, ""))) : to,
    onDemand,
  }));
}

/** The room of a file: its folder in src/, or the file itself at the top. */
function roomOf(file: string): string {
  const [, room = ""] = file.split("/");
  return room;
}

const CORE = ["engine", "report", "http", "lifecycle", "telemetry"];

/** The rooms that each room may import of, besides its own files. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  grpc: [],
  checks: ["contract", "grpc"],
  engine: ["contract"],
  report: ["contract", "engine"],
  formats: ["contract", "telemetry"],
  http: ["contract", "report"],
  lifecycle: ["contract", "engine"],
  telemetry: ["contract"],
  "health-internals.ts": ["contract", ...CORE],
  "health-options.ts": ["contract", "checks", "engine", "http"],
  "health.ts": [
    "contract",
    "checks",
    "formats",
    ...CORE,
    "health-internals.ts",
    "health-options.ts",
  ],
  "index.ts": ["contract", "checks", "health.ts", "http"],
  "node-http": ["contract", "health-internals.ts"],
  adapters: ["contract", "node-http", "health.ts"],
  "process-managers": ["contract", "health-internals.ts"],
  cluster: ["contract", ...CORE, "health-internals.ts", "process-managers"],
  shutdown: [
    "contract",
    ...CORE,
    "health-internals.ts",
    "node-http",
    "process-managers",
    "cluster",
  ],
  server: [
    "contract",
    "formats",
    ...CORE,
    "health-internals.ts",
    "grpc",
    "node-http",
    "process-managers",
    "shutdown",
  ],
  metrics: ["contract", "http", "telemetry", "health-internals.ts"],
  testing: ["contract", "engine", "health-internals.ts", "health.ts", "lifecycle", "report"],
  // The command has of the package what users have of it; what it bundles besides holds no state.
  cli: ["contract", "grpc", "report", "index.ts", "node.ts", "checks", "testing"],
  "grpc.ts": ["server"],
  "node.ts": ["contract", "adapters", "cluster", "shutdown", "server"],
};

const inner = IMPORTS.filter(({ to }) => to.startsWith("src/"));

test("imports are found at all, static and on demand", () => {
  expect(inner.length).toBeGreaterThan(100);
  expect(inner).toContainEqual({
    from: "src/checks/internal/clients/recognise.ts",
    to: "src/checks/internal/clients/client-checks.ts",
    onDemand: true,
  });
});

test("every room of src/ has a rule", () => {
  expect(new Set(FILES.map(roomOf))).toEqual(new Set(Object.keys(ALLOWED)));
});

test("the table of rooms in docs/architecture.md names each", () => {
  const rows = readFileSync("docs/architecture.md", "utf8").match(/^\| `.*/gm) ?? [];
  const cells = rows.map((row) => row.split("|")[1] ?? "");
  const named = cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
  const rooms = named.filter((name) => /\.ts$|\/$/.test(name)).map((name) => name.replace("/", ""));
  for (const room of Object.keys(ALLOWED)) expect(rooms).toContain(room);
});

test("a room imports of the rooms that it may, and of no other, types too", () => {
  const wrong = inner
    .filter(({ from, to }) => roomOf(from) !== roomOf(to))
    .filter(({ from, to }) => !ALLOWED[roomOf(from)]?.includes(roomOf(to)))
    .map(({ from, to }) => `${from} -> ${to}`);
  expect(wrong).toEqual([]);
});

test("what stands in internal/ is private to the folder around it", () => {
  const wrong = inner.filter(({ from, to }) => {
    const [owner, ...rest] = to.split("/internal/");
    return rest.length > 0 && relative(owner ?? "", from).startsWith("..");
  });
  expect(wrong).toEqual([]);
});

describe.each(["checks", "formats", "adapters"])("in %s", (room) => {
  test("public files import private ones alone, and nothing of each other", () => {
    const isPublic = (file: string) =>
      dirname(file) === `src/${room}` && !/\/(index|resolve-checks)\.ts$/.test(file);
    const wrong = inner.filter(
      ({ from, to }) => roomOf(from) === room && isPublic(from) && isPublic(to),
    );
    expect(wrong).toEqual([]);
  });
});

test("no file imports itself in a circle, by types neither", () => {
  const imports = new Map<string, string[]>();
  // What is imported on demand makes no circle when the module is loaded.
  for (const { from, to, onDemand } of inner) {
    if (!onDemand) imports.set(from, [...(imports.get(from) ?? []), to]);
  }
  const circles = new Set<string>();
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.add([...path.slice(path.indexOf(file)), file].join(" -> "));
    else if (!done.has(file)) {
      for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of FILES) walk(file, []);
  expect([...circles]).toEqual([]);
});

test("nothing outside of the package is imported, but by the rooms of Node: Node's own modules", () => {
  const outer = IMPORTS.filter(({ to }) => !to.startsWith("src/"));
  // The packages that the build bundles into the command.
  const foreign = outer.filter(({ from, to }) => roomOf(from) !== "cli" && !to.startsWith("node:"));
  expect(foreign.map(({ from, to }) => `${from} -> ${to}`).sort()).toEqual([
    // On demand, in an application of Nest.
    "src/adapters/internal/nest-logger.ts -> @nestjs/common",
    // Types alone.
    "src/testing/vitest.ts -> vitest",
  ]);
  const rooms = new Set(outer.map(({ from }) => roomOf(from)));
  expect([...rooms].sort()).toEqual([
    "adapters",
    "cli",
    "cluster",
    "node-http",
    "process-managers",
    "server",
    "shutdown",
    "testing",
  ]);
});

test("checks ask for Node's modules when they are made, through one file, and import none", () => {
  const asking = FILES.filter((file) => roomOf(file) === "checks").filter((file) => {
    const code = readFileSync(file, "utf8").replace(/^\s*(?:\/?\*|\/\/).*$/gm, "");
    return /getBuiltinModule|\brequire\(|globalThis[^;]*process|^import [^;]*"node:/m.test(code);
  });
  expect(asking).toEqual(["src/checks/internal/process/builtin.ts"]);
});
