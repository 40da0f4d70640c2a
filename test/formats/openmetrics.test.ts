import { expect, test } from "vitest";
import { openmetrics } from "../../src/formats/openmetrics.ts";
import { prometheus } from "../../src/formats/prometheus.ts";
import { formatContract } from "../contracts/format-contract.ts";
import { GOLDEN, REPORTS } from "../contracts/format-reports.ts";

const SAMPLE =
  /^([a-z_]+)\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z]+="(?:[^"\\\n]|\\[\\"n])*")*\} (?:-?\d+(?:\.\d+)?(?:e[+-]\d+)?|NaN|[+-]Inf)$/;

/** The grammar of OpenMetrics 1.0, as far as gauges go: each family in one piece, then the end. */
function parse(body: string) {
  expect(body.endsWith("# EOF\n")).toBe(true);
  const lines = body.slice(0, -"# EOF\n".length).split("\n").slice(0, -1);
  const seen = new Set<string>();
  let family = "";
  for (const line of lines) {
    const [, kind, name = ""] = /^# (TYPE|UNIT|HELP) (\S+) \S/.exec(line) ?? [];
    if (kind === "TYPE") {
      expect(seen).not.toContain(name);
      seen.add(name);
      family = name;
      expect(line).toBe(`# TYPE ${name} gauge`);
    } else if (kind === "UNIT") {
      expect(line).toBe(`# UNIT ${family} ${family.split("_").pop()}`);
    } else if (kind === "HELP") {
      expect(name).toBe(family);
    } else {
      expect(SAMPLE.exec(line)?.[1]).toBe(family);
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

test("the samples are those of the Prometheus format", () => {
  const samples = (body: string) => body.split("\n").filter((line) => /^\w/.test(line));
  for (const [, state, exposure] of GOLDEN) {
    const written = samples(openmetrics.write(REPORTS[state], exposure));
    expect(written).toEqual(samples(prometheus.write(REPORTS[state], exposure)));
    expect(written.length).toBeGreaterThan(0);
  }
});
