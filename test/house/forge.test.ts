import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

const run = promisify(execFile);

const FOLDER = ".github/workflows";
const WORKFLOWS = readdirSync(FOLDER).map((name) => join(FOLDER, name));

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

const workflowOf = (file: string) => parse(readFileSync(file, "utf8")) as Workflow;

const folder = mkdtempSync(join(tmpdir(), "hale-forge-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What GitHub's parser finds wrong with some workflows, one list for each. */
async function faultsOf(files: readonly string[]): Promise<string[][]> {
  const program = "test/house/programs/parse-workflows.ts";
  const { stdout } = await run(process.execPath, ["--import", "tsx", program, ...files]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the workflows", () => {
  test("are right by GitHub's own parser", async () => {
    expect(await faultsOf(WORKFLOWS)).toEqual(WORKFLOWS.map(() => []));
  });

  test("are refused by it when a field, an expression or a job is wrong", async () => {
    const right = readFileSync(join(FOLDER, "ci.yml"), "utf8");
    const wrong = [
      right.replace("timeout-minutes:", "timeout-minute:"),
      right.replace("github.ref }}", "githb.ref }}"),
      right.replace("    runs-on: ubuntu-24.04\n", ""),
    ];
    const files = wrong.map((text, index) => {
      expect(text).not.toBe(right);
      const file = join(folder, `${index}.yml`);
      writeFileSync(file, text);
      return file;
    });
    expect(await faultsOf(files)).toEqual([
      [expect.stringContaining("timeout-minute")],
      [expect.stringContaining("githb")],
      [expect.stringContaining("runs-on")],
    ]);
  });

  test.each(WORKFLOWS)("%s pins each action by its commit, and says the version", (file) => {
    const lines = readFileSync(file, "utf8").match(/uses:.*/g) ?? [];
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines)
      expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test.each(WORKFLOWS)("%s has no right that a job does not name, and reads alone", (file) => {
    const { on, permissions, jobs } = workflowOf(file);
    expect(permissions).toEqual({});
    // Its jobs would have the rights of the repository for the code of a stranger.
    expect(Object.keys(on)).not.toContain("pull_request_target");
    for (const [name, job] of Object.entries(jobs)) {
      const { contents, "id-token": identity, ...others } = job.permissions ?? {};
      expect([name, contents, others]).toEqual([name, "read", {}]);
      expect(identity).toBe(name === "publish" ? "write" : undefined);
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  test.each(WORKFLOWS)("%s runs what is there, and no text of a stranger", (file) => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const commands = Object.values(workflowOf(file).jobs).flatMap(({ steps }) =>
      steps.flatMap(({ run }) => run ?? []),
    );
    for (const command of commands) {
      expect(command).not.toMatch(/\$\{\{ *(?:github\.(?:event|head_ref)|inputs)/);
      const [, script] = /^npm run (\S+)/.exec(command) ?? [];
      if (script !== undefined) expect(scripts).toHaveProperty([script]);
      const [, path] = /^bash (\S+)/.exec(command) ?? [];
      if (path !== undefined) expect(existsSync(path)).toBe(true);
    }
  });

  test("publish with provenance, what has passed all that a change has to pass", () => {
    const { jobs } = workflowOf(join(FOLDER, "release.yml"));
    expect(jobs).toMatchObject({ publish: { needs: "check", environment: "npm" } });
    const last = jobs.publish?.steps.at(-1)?.run;
    expect(last).toBe("npm publish --provenance --access public");
    expect(jobs.check?.steps.at(-1)?.run).toBe("bash .ci/run");
  });
});

describe("the forms of issues", () => {
  const forms = readdirSync(".github/ISSUE_TEMPLATE")
    .filter((name) => name !== "config.yml")
    .map((name) => ({
      name,
      form: parse(readFileSync(join(".github/ISSUE_TEMPLATE", name), "utf8")),
    }));

  test.each(forms)("$name is one that GitHub shows", ({ form }) => {
    const { name, description, body, labels, ...others } = form;
    expect([typeof name, typeof description, Array.isArray(labels), others]).toEqual([
      "string",
      "string",
      true,
      {},
    ]);
    const inputs = body.filter(({ type }: { type: string }) => type !== "markdown");
    const ids = inputs.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, id, attributes, validations, ...rest } of inputs) {
      expect([id, rest]).toEqual([expect.stringMatching(/^[a-z]+$/), {}]);
      expect(["textarea", "input", "dropdown"]).toContain(type);
      const { label, description: help, render, placeholder, options, ...unknown } = attributes;
      expect([typeof label, unknown]).toEqual(["string", {}]);
      expect(["string", "undefined"]).toContain(typeof help);
      expect(render === undefined || type === "textarea").toBe(true);
      expect(placeholder === undefined || type !== "dropdown").toBe(true);
      expect(Array.isArray(options)).toBe(type === "dropdown");
      expect([undefined, true]).toContain(validations?.required);
    }
  });

  test("ask for the output of hale audit --format json", () => {
    expect(forms.length).toBe(2);
    for (const { form } of forms) {
      expect(JSON.stringify(form)).toContain("npx hale audit --format json");
    }
  });
});

describe("the changelog", () => {
  const changelog = readFileSync("CHANGELOG.md", "utf8");

  test("begins with the version that the package has", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const [, newest] = /^## (\S+)$/m.exec(changelog) ?? [];
    expect(newest).toBe(version);
  });

  test("has the changes itself until its first version is published: changesets would make another version of them", () => {
    const changesets = readdirSync(".changeset").filter(
      (name) => name.endsWith(".md") && name !== "README.md",
    );
    const isPublished = !/^Not published yet\.$/m.test(changelog);
    expect(isPublished ? [] : changesets).toEqual([]);
  });

  test("calls no version unpublished that the workflow publishes", async () => {
    const { jobs } = workflowOf(join(FOLDER, "release.yml"));
    const commands = jobs.publish?.steps.flatMap(({ run }) => run ?? []) ?? [];
    const refusal = commands.findIndex((command) => command.includes("CHANGELOG.md"));
    expect(refusal).toBeGreaterThan(-1);
    expect(refusal).toBeLessThan(
      commands.findIndex((command) => command.startsWith("npm publish")),
    );
    const statusOf = async (text: string) => {
      writeFileSync(join(folder, "CHANGELOG.md"), text);
      const shell = run("bash", ["-ec", commands[refusal] as string], { cwd: folder });
      return shell.then(
        () => 0,
        ({ code }) => code,
      );
    };
    expect(await statusOf("## 0.1.0\n\nNot published yet.\n")).toBe(1);
    expect(await statusOf("## 0.1.0\n\nThe first release.\n")).toBe(0);
  });
});
