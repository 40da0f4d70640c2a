import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** An import of one file of src/ by another, or of something outside. */
interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const FILES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join("src", file));

const IMPORTS = FILES.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const source = readFileSync(from, "utf8").replace(/^\s+\*.*$/gm, "");
  const statements = source.matchAll(/(import|export)\s+(type\s)?[^;"']*?from\s+"([^"]+)"/g);
  const calls = source.matchAll(/(?<!typeof )import\("([^"]+)"\)/g);
  const found = [...statements].map(([, , type, to]) => ({ to, typeOnly: type !== undefined }));
  const called = [...calls].map(([, to]) => ({ to, typeOnly: false }));
  return [...found, ...called].map(({ to = "", typeOnly }) => ({
    from,
    to: to.startsWith(".") ? normalize(join(dirname(from), to)) : to,
    typeOnly,
  }));
}

/** The room of a file: its folder in src/, or the file itself at the top. */
function roomOf(file: string): string {
  const [, room = ""] = file.split("/");
  return room;
}

/** What each room may import of the others, besides its own files. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  checks: ["contract"],
  engine: ["contract"],
  report: ["contract"],
  formats: ["contract"],
  http: ["contract"],
  adapters: ["contract"],
  telemetry: ["contract"],
  lifecycle: ["contract", "adapters", "report"],
  server: ["contract", "adapters", "engine", "report", "http", "formats", "lifecycle"],
  "beside.ts": ["engine", "report", "lifecycle", "telemetry"],
  "health.ts": [
    "beside.ts",
    "contract",
    "checks",
    "engine",
    "report",
    "formats",
    "http",
    "lifecycle",
    "telemetry",
  ],
  testing: ["contract", "health.ts"],
  "index.ts": ["contract", "checks", "health.ts"],
  "nestjs.ts": ["contract", "adapters", "health.ts"],
  "node.ts": ["adapters", "lifecycle", "server"],
};

/** Of which rooms a room may import the types besides: those that come before it on the way. */
const ALLOWED_TYPES: Readonly<Record<string, readonly string[]>> = {
  report: ["engine", "lifecycle"],
  http: ["report"],
  lifecycle: ["engine", "report", "http", "telemetry"],
  server: ["telemetry"],
};

const inner = IMPORTS.filter(({ to }) => to.startsWith("src/"));

test("imports are found at all, static and dynamic", () => {
  expect(inner.length).toBeGreaterThan(100);
  expect(inner).toContainEqual({
    from: "src/checks/internal/clients/recognise.ts",
    to: "src/checks/internal/clients/client-checks.ts",
    typeOnly: false,
  });
});

test("every room of src/ has a rule", () => {
  expect(new Set(FILES.map(roomOf))).toEqual(new Set(Object.keys(ALLOWED)));
});

test("a room imports the rooms that it may, and no other", () => {
  const wrong = inner.filter(({ from, to, typeOnly }) => {
    const [room, target] = [roomOf(from), roomOf(to)];
    const allowed = [...(ALLOWED[room] ?? []), ...((typeOnly && ALLOWED_TYPES[room]) || [])];
    return room !== target && !allowed.includes(target);
  });
  expect(wrong).toEqual([]);
});

describe.each(["checks", "formats", "adapters"])("in %s", (room) => {
  test("public files import private ones alone, and nothing of each other", () => {
    const isPublic = (file: string) => !/\/(_|index\.ts)/.test(file);
    const wrong = inner.filter(
      ({ from, to }) =>
        roomOf(from) === room && roomOf(to) === room && isPublic(from) && isPublic(to),
    );
    expect(wrong).toEqual([]);
  });
});

test("no file imports itself in a circle", () => {
  const imports = new Map<string, string[]>();
  // What is imported as a type alone, or on demand, makes no circle when the module is loaded.
  for (const { from, to, typeOnly } of inner) {
    const onDemand = readFileSync(from, "utf8").includes(`import("./${to.split("/").pop()}")`);
    if (!typeOnly && !onDemand) imports.set(from, [...(imports.get(from) ?? []), to]);
  }
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path, file].join(" -> "));
    else for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
  };
  for (const file of FILES) walk(file, []);
  expect(circles).toEqual([]);
});

test("nothing outside of the package is imported, but by the ways in: Node's own modules", () => {
  const outer = IMPORTS.filter(({ to }) => !to.startsWith("src/"));
  expect(outer.filter(({ to }) => !to.startsWith("node:"))).toEqual([]);
  const rooms = new Set(outer.map(({ from }) => roomOf(from)));
  expect([...rooms].sort()).toEqual(["adapters", "lifecycle", "server", "testing"]);
});

test("checks ask for Node's modules when they are made, through one file, and import none", () => {
  const asking = FILES.filter((file) => roomOf(file) === "checks").filter((file) => {
    const code = readFileSync(file, "utf8").replace(/^\s*(?:\/?\*|\/\/).*$/gm, "");
    return /getBuiltinModule|\brequire\(|globalThis[^;]*process|^import [^;]*"node:/m.test(code);
  });
  expect(asking).toEqual(["src/checks/internal/process/builtin.ts"]);
});
