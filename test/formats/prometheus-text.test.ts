import { describe, expect, test } from "vitest";
import { sampleLines } from "../../src/formats/internal/metrics/families-text.ts";
import { writePrometheus } from "../../src/formats/internal/metrics/prometheus-text.ts";
import type { Sample } from "../../src/telemetry/families.ts";
import { REPORTS, WITH_FIGURES } from "../contracts/format-reports.ts";

describe("the text of a family", () => {
  const families = writePrometheus(REPORTS.down, "details", WITH_FIGURES).split(/^(?=# HELP)/m);
  const family = (name: string) => families.find((text) => text.startsWith(`# HELP ${name} `));

  test("has its help, its type and its samples, the name of a gauge as it is", () => {
    expect(family("hale_probe_status")).toBe(
      [
        "# HELP hale_probe_status 1 for the status that the probe has, 0 for the others.",
        "# TYPE hale_probe_status gauge",
        'hale_probe_status{probe="readiness",status="up"} 0',
        'hale_probe_status{probe="readiness",status="degraded"} 0',
        'hale_probe_status{probe="readiness",status="down"} 1\n',
      ].join("\n"),
    );
  });

  test("names a counter with its suffix everywhere", () => {
    expect(family("hale_check_timeouts_total")).toBe(
      [
        "# HELP hale_check_timeouts_total Runs of the check that had not ended at their timeout.",
        "# TYPE hale_check_timeouts_total counter",
        'hale_check_timeouts_total{check="database"} 2',
        'hale_check_timeouts_total{check="cache"} 0\n',
      ].join("\n"),
    );
  });

  test("names a histogram without a suffix, and its samples with theirs", () => {
    const lines = family("hale_check_run_duration_seconds")?.split("\n");
    expect(lines?.[1]).toBe("# TYPE hale_check_run_duration_seconds histogram");
    expect(lines).toContain('hale_check_run_duration_seconds_count{check="database"} 31');
  });
});

describe("the line of a sample", () => {
  const lines = (...samples: Sample[]) =>
    sampleLines({ name: "x", type: "gauge", help: "A figure.", samples });

  test("of labels that are equal is written once, with the first value", () => {
    const samples = [1, 2].map((value) => ({ labels: { a: "b" }, value }));
    expect(lines(...samples)).toEqual(['x{a="b"} 1']);
  });

  test("without labels has no braces", () => {
    expect(lines({ labels: {}, value: 0.5 })).toEqual(["x 0.5"]);
  });

  test("escapes quotes and backslashes, and has lone surrogates as they are encoded", () => {
    const labels = { a: 'say "\\"', b: "half \ud83d of a pair", c: "one\r\nline" };
    expect(lines({ labels, value: 1 })).toEqual([
      String.raw`x{a="say \"\\\"",b="half ${"\ufffd"} of a pair",c="one line"} 1`,
    ]);
  });

  test.each([
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "+Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    [1e21, "1e+21"],
    [-0.5, "-0.5"],
  ])("writes %d as %s", (value, figure) => {
    expect(lines({ labels: {}, value })).toEqual([`x ${figure}`]);
  });
});
