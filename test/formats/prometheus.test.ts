import { describe, expect, test } from "vitest";
import type { Exposure } from "../../src/contract/format.ts";
import type { Report } from "../../src/contract/report.ts";
import { prometheus } from "../../src/formats/prometheus.ts";
import { VERSION } from "../../src/telemetry/version.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { DATABASE, GOLDEN, HOSTILE, REPORTS, WITH_FIGURES } from "../contracts/format-reports.ts";
import { run } from "../servers/_run.ts";
import { toolPath } from "../servers/_tools.ts";

const LINE =
  /^(?:# HELP [a-z_]+ .+|# TYPE [a-z_]+ (?:gauge|counter|histogram)|[a-z_]+\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z]+="(?:[^"\\\n]|\\[\\"n])*")*\} \S+)$/;

function parse(body: string) {
  // Of one check, who may not see the checks is told nothing.
  if (body === "") return;
  expect(body.endsWith("\n")).toBe(true);
  for (const line of body.slice(0, -1).split("\n")) expect(line).toMatch(LINE);
}

formatContract(prometheus, {
  parse,
  saysDown: (body) => body.includes('status="down"} 1\n'),
  statesAlone: true,
});

test("with the figures of the service it is the golden one", async () => {
  const body = await bodyOf(prometheus, REPORTS.down, "details", WITH_FIGURES);
  // The golden one has the same version at each release.
  const golden = body.replace(`version="${VERSION}"`, 'version="0.0.0"');
  await expect(golden).toMatchFileSnapshot("golden/prometheus/figures.txt");
});

test.each(["status", "checks"] as const)("with %s it has no counts", async (exposure) => {
  expect(await bodyOf(prometheus, REPORTS.down, exposure, WITH_FIGURES)).toBe(
    await bodyOf(prometheus, REPORTS.down, exposure),
  );
});

describe("promtool check metrics", () => {
  const check = async (report: Report, exposure: Exposure) =>
    run(toolPath("promtool"), ["check", "metrics"], {
      input: await bodyOf(prometheus, report, exposure),
    });

  test.each(GOLDEN)("has nothing to say of %s", async (_, state, exposure) => {
    expect(await check(REPORTS[state], exposure)).toBe("");
  });

  test("has nothing to say of texts that try to break out", async () => {
    expect(await check(HOSTILE, "details")).toBe("");
  });

  test("has nothing to say of counts", async () => {
    const input = await bodyOf(prometheus, REPORTS.down, "details", WITH_FIGURES);
    expect(await run(toolPath("promtool"), ["check", "metrics"], { input })).toBe("");
  });

  test("finds fault with what is no metric", async () => {
    const program = toolPath("promtool");
    await expect(run(program, ["check", "metrics"], { input: "hale_x{ 1\n" })).rejects.toThrow();
  });
});

test.each([
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf"],
  [1e21, "1e+21"],
  [-0.5, "-0.5"],
  [true, "1"],
  [false, "0"],
])("the observation %s is the figure %s", async (value, figure) => {
  const checks = [{ ...DATABASE, observations: { seen: { value } } }];
  expect(await bodyOf(prometheus, { ...REPORTS.up, checks }, "details")).toContain(
    `hale_check_observation{check="database",observation="seen",unit=""} ${figure}\n`,
  );
});

test("an observation that is a text is no figure", async () => {
  const checks = [{ ...DATABASE, observations: { role: { value: "primary" } } }];
  expect(await bodyOf(prometheus, { ...REPORTS.up, checks }, "details")).not.toContain(
    "observation",
  );
});

test("of one check that is asked about there is no status of the probe", async () => {
  const checks = REPORTS.up.checks.slice(0, 1);
  const body = await bodyOf(prometheus, { ...REPORTS.up, check: "database", checks }, "checks");
  expect(body).not.toContain("hale_probe_status");
  expect(body).toContain('hale_check_state{check="database",state="up"} 1');
});
