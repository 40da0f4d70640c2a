import { expect, test } from "vitest";
import type { Exposure } from "../../src/contract/format.ts";
import type { Report } from "../../src/contract/report.ts";
import { openmetrics } from "../../src/formats/openmetrics.ts";
import { prometheus } from "../../src/formats/prometheus.ts";
import { VERSION } from "../../src/telemetry/version.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { GOLDEN, REPORTS, WITH_FIGURES } from "../contracts/format-reports.ts";

const SAMPLE =
  /^([a-z_]+)(?:\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z]+="(?:[^"\\\n]|\\[\\"n])*")*\})? (?:-?\d+(?:\.\d+)?(?:e[+-]\d+)?|NaN|[+-]Inf)$/;

/** The suffixes of the samples of each type. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  gauge: [""],
  counter: ["_total"],
  histogram: ["_bucket", "_sum", "_count"],
};

/** The grammar of OpenMetrics 1.0, as far as hale goes: each family in one piece, then the end. */
function parse(body: string) {
  expect(body.endsWith("# EOF\n")).toBe(true);
  const lines = body.slice(0, -"# EOF\n".length).split("\n").slice(0, -1);
  const seen = new Set<string>();
  let family = "";
  let names: readonly string[] = [];
  for (const line of lines) {
    const [, kind, name = ""] = /^# (TYPE|UNIT|HELP) (\S+) \S/.exec(line) ?? [];
    if (kind === "TYPE") {
      expect(seen).not.toContain(name);
      seen.add(name);
      family = name;
      const [, , , type = ""] = line.split(" ");
      names = (SUFFIXES[type] ?? []).map((suffix) => `${name}${suffix}`);
      expect(names).not.toEqual([]);
    } else if (kind === "UNIT") {
      expect(line).toBe(`# UNIT ${family} ${family.split("_").pop()}`);
    } else if (kind === "HELP") {
      expect(name).toBe(family);
    } else {
      expect(names).toContain(SAMPLE.exec(line)?.[1]);
    }
  }
  const samples = lines.filter((line) => !line.startsWith("#")).map((line) => line.split("} ")[0]);
  expect(new Set(samples).size).toBe(samples.length);
}

formatContract(openmetrics, {
  parse,
  saysDown: (body) => body.includes('status="down"} 1\n'),
  statesAlone: true,
});

const ARGUMENTS: readonly Parameters<typeof openmetrics.write>[] = [
  ...GOLDEN.map(([, state, exposure]): [Report, Exposure] => [REPORTS[state], exposure]),
  [REPORTS.down, "details", WITH_FIGURES],
];

test("the samples are those of the Prometheus format", async () => {
  const samples = (body: string) => body.split("\n").filter((line) => /^\w/.test(line));
  for (const of of ARGUMENTS) {
    const written = samples(await bodyOf(openmetrics, ...of));
    expect(written).toEqual(samples(await bodyOf(prometheus, ...of)));
    expect(written.length).toBeGreaterThan(0);
  }
});

test("with the figures of the service it is the golden one, and well-formed", async () => {
  const body = await bodyOf(openmetrics, REPORTS.down, "details", WITH_FIGURES);
  parse(body);
  // The golden one has the same version at each release.
  const golden = body.replace(`version="${VERSION}"`, 'version="0.0.0"');
  await expect(golden).toMatchFileSnapshot("golden/openmetrics/figures.txt");
});
