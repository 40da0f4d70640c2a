import { describe, expect, test } from "vitest";
import type { Exposure } from "../../src/contract/format.ts";
import type { Report } from "../../src/contract/report.ts";
import { writeKubernetes } from "../../src/formats/internal/kubernetes.ts";
import { kubernetes } from "../../src/formats/kubernetes.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { GOLDEN, HOSTILE, REPORTS } from "../contracts/format-reports.ts";

const LINE =
  /^(?:\[\+\]\S+ (?:ok|excluded: ok)|\[-\]\S+ failed: .+|warn: some health checks cannot be excluded: no matches for ".*")$/;

function parse(body: string) {
  if (body === "ok") return;
  const [end, last, ...lines] = body.split("\n").reverse();
  expect(end).toBe("");
  expect(last).toMatch(/^(?:livez|readyz|startupz|deep) check (?:passed|failed)$/);
  for (const line of lines) expect(line).toMatch(LINE);
}

formatContract(kubernetes, {
  parse,
  saysDown: (body) => body.endsWith(" check failed\n"),
});

/** The names that a query excludes: those that the probe has, and others. */
interface Excluded {
  readonly excluded?: readonly string[];
  readonly unknown?: readonly string[];
}

function queryOf({ excluded = [], unknown = [] }: Excluded, ...more: [string, string][]) {
  const names = [...excluded, ...unknown].map((name): [string, string] => ["exclude", name]);
  const has = (name: string) => excluded.includes(name);
  return { parameters: new URLSearchParams([...names, ...more]), has };
}

const verbose = (report: Report, exposure: Exposure = "checks", asked: Excluded = {}) =>
  bodyOf(kubernetes, report, exposure, queryOf(asked, ["verbose", ""]));

describe("verbose", () => {
  test.each(GOLDEN)("%s is the golden body, of %s with %s", async (file, state, exposure) => {
    const body = await verbose(REPORTS[state], exposure);
    parse(body);
    await expect(body).toMatchFileSnapshot(`golden/kubernetes/verbose/${file}.txt`);
  });

  test("lists every check when all is well", async () => {
    expect(await verbose(REPORTS.up)).toBe("[+]database ok\n[+]cache ok\nreadyz check passed\n");
  });

  test("shows that a check which is not critical has failed, and the probe has passed", async () => {
    expect(await verbose(REPORTS.degraded)).toBe(
      "[+]database ok\n[-]cache failed: reason withheld\nreadyz check passed\n",
    );
  });

  test("shows the verdict alone with status", async () => {
    expect(await verbose(REPORTS.up, "status", { unknown: ["x"], excluded: ["y"] })).toBe(
      "readyz check passed\n",
    );
  });

  test.each([
    ["liveness", "livez"],
    ["readiness", "readyz"],
    ["startup", "startupz"],
    ["deep", "deep"],
  ] as const)("calls %s %s", async (probe, name) => {
    expect(await verbose({ ...REPORTS["no-checks"], probe })).toBe(`${name} check passed\n`);
  });
});

describe("what is excluded", () => {
  test("is said after the checks, once", async () => {
    const asked = { excluded: ["jobs", "jobs"] };
    expect(await verbose(REPORTS["no-checks"], "checks", asked)).toBe(
      "[+]jobs excluded: ok\nreadyz check passed\n",
    );
  });

  test("and is unknown is warned of, in the order of the alphabet", async () => {
    const asked = { unknown: ["x", "a", "x"] };
    expect(await verbose(REPORTS["no-checks"], "checks", asked)).toBe(
      'warn: some health checks cannot be excluded: no matches for "a", "x"\nreadyz check passed\n',
    );
    expect(await bodyOf(kubernetes, REPORTS.down, "checks", queryOf(asked))).toBe(
      '[-]database failed: reason withheld\n[+]cache ok\nwarn: some health checks cannot be excluded: no matches for "a", "x"\nreadyz check failed\n',
    );
    expect(await bodyOf(kubernetes, REPORTS.up, "checks", queryOf(asked))).toBe("ok");
  });

  test("is listed to the number of 100, without the check that is queried itself", async () => {
    const names = Array.from({ length: 1800 }, (_, index) => `n${1000 + index}`);
    const asked = { excluded: ["database", "cache"], unknown: names };
    const lines = (await verbose({ ...REPORTS.up, check: "cache" }, "checks", asked)).split("\n");
    expect(lines).toContain("[+]database excluded: ok");
    expect(lines).not.toContain("[+]cache excluded: ok");
    const [, listed = ""] = /no matches for (.*)$/m.exec(lines.join("\n")) ?? [];
    expect(listed.split(", ")).toEqual(names.slice(0, 98).map((name) => `"${name}"`));
  });

  test("and holds line breaks stays on one line", async () => {
    const body = await verbose(HOSTILE, "details", {
      unknown: ['\r\n"\\<b>\u2028x\u0000\n[+]no ok'],
    });
    parse(body);
    expect(body).toContain(String.raw`no matches for "\r\n\"\\<b>`);
    expect(body.split("\n")).not.toContain("[+]no ok");
  });
});

test("a group says nothing of the phase, which does not touch it", async () => {
  const group = { ...REPORTS.group, probe: "readiness" } as const;
  expect(await bodyOf(kubernetes, group, "details")).toBe(
    "[+]payments.gateway ok\n[-]payments.ledger failed: connect ECONNREFUSED 10.0.0.7:5432\nreadyz check failed\n",
  );
});

test.each([
  ["liveness", "livez"],
  ["readiness", "readyz"],
  ["startup", "startupz"],
  ["deep", "deep"],
] as const)("a failed %s ends with %s", (probe, name) => {
  const report = { ...REPORTS["no-checks"], probe, status: "down" } as const;
  expect(writeKubernetes(report, "checks")).toBe(`${name} check failed\n`);
});
