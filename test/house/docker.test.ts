import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const FOLDER = "deploy/docker";

/** The instructions of the Dockerfile, with their words. */
const INSTRUCTIONS = readFileSync(`${FOLDER}/Dockerfile`, "utf8")
  .split("\n")
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => {
    const [name = "", ...words] = line.split(/\s+/);
    return { name, words, line };
  });

const lineOf = (name: string) => INSTRUCTIONS.filter((one) => one.name === name).at(-1)?.line ?? "";

/** The words of an instruction in the form of a JSON list. */
const listOf = (name: string): string[] => JSON.parse(lineOf(name).slice(name.length));

const folder = mkdtempSync(join(tmpdir(), "hale-image-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the image of hale serve", () => {
  test("copies what is there, and what .dockerignore lets through", () => {
    const sources = INSTRUCTIONS.filter(({ name }) => name === "COPY")
      .filter(({ words }) => !words[0]?.startsWith("--from"))
      .flatMap(({ words }) => words.slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
    const allowed = readFileSync(".dockerignore", "utf8")
      .split("\n")
      .map((line) => line.slice(1));
    const hidden = sources.filter(
      (source) => !allowed.some((entry) => entry !== "" && source.startsWith(entry)),
    );
    expect(hidden).toEqual([]);
  });

  test("is distroless, runs as nobody's user, and listens at the port of hale serve", () => {
    expect(lineOf("FROM")).toMatch(/distroless\/nodejs\d+-debian\d+:nonroot$/);
    expect(lineOf("USER")).toBe("USER 65532:65532");
    expect(lineOf("EXPOSE")).toBe("EXPOSE 9000");
  });

  test("has drivers of the versions that hale is tested with", () => {
    const { dependencies } = JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8"));
    const tests = JSON.parse(readFileSync("test/package.json", "utf8"));
    const tested = Object.keys(dependencies).map((name) => [name, tests.dependencies[name]]);
    expect(dependencies).toEqual(Object.fromEntries(tested));
  });

  test("runs its command, which finds the package, in a folder that it does not write", () => {
    const app = join(folder, "app/node_modules/hale");
    mkdirSync(app, { recursive: true });
    for (const name of ["dist", "package.json"]) cpSync(name, join(app, name), { recursive: true });
    writeFileSync(join(folder, "hale.yaml"), "checks: { a: tcp://127.0.0.1:1 }\n");
    const [node = "", program = ""] = listOf("ENTRYPOINT");
    expect(node).toBe("/nodejs/bin/node");
    const args = listOf("CMD").map((word) => word.replace("/etc/hale", folder));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program.replace("/app", join(folder, "app")), ...args, "--check"],
      { cwd: folder, encoding: "utf8", env: {} },
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("is valid: 1 check: a.");
  });

  test("packs what the build needs, as npm names it", () => {
    const name = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
      encoding: "utf8",
    });
    const [pack] = Object.values(JSON.parse(name)) as { filename: string }[];
    expect(pack?.filename).toMatch(/^hale-.*\.tgz$/);
  });
});
