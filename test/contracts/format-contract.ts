import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { EXPOSURES, type Exposure, type Format } from "../../src/contract/format.ts";
import { PROBES } from "../../src/contract/probe.ts";
import type { CheckReport, Report } from "../../src/contract/report.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { blocksOf } from "../house/_pages.ts";
import { CACHE, GOLDEN, HOSTILE, REPORTS } from "./format-reports.ts";

/** What is particular to a format. */
export interface Particulars {
  /** Fails on a body that is not well-formed. */
  readonly parse: (body: string) => unknown;
  /** Whether a body says that the whole is down. */
  readonly saysDown: (body: string) => boolean;
  /** Whether a body of a group has the states of its checks alone, and no verdict. */
  readonly statesAlone?: true;
  /** What the examples of its page are held against: the golden bodies, unless something else does. */
  readonly examples?: "elsewhere";
}

/** Checks one format against all that every format keeps to. */
export function formatContract(
  format: Format,
  { parse, saysDown, statesAlone, examples }: Particulars,
): void {
  const { name } = format;

  test("it is one of the formats, and its name and media type can stand in a header", () => {
    expect(FORMATS).toContainEqual(format);
    expect(name).toMatch(/^[a-z][a-z-]*$/);
    expect(format.mediaType).toMatch(/^[a-z]+\/[\w.+-]+(?:; [a-z]+=[\w.-]+)*$/);
  });

  describe("the body", () => {
    test.each(GOLDEN)("%s is the golden one, of %s with %s", async (file, state, exposure) => {
      const body = format.write(REPORTS[state], exposure);
      parse(body);
      await expect(body).toMatchFileSnapshot(`../formats/golden/${name}/${file}.txt`);
    });

    test("is the same each time, and a report is not changed by it", () => {
      for (const [, state, exposure] of GOLDEN) {
        const before = structuredClone(REPORTS[state]);
        expect(format.write(REPORTS[state], exposure)).toBe(format.write(before, exposure));
        expect(REPORTS[state]).toEqual(before);
      }
    });

    test("is well-formed for every probe, for one check, and for whatever stands in a text", () => {
      for (const probe of PROBES) {
        for (const exposure of EXPOSURES) {
          parse(format.write({ ...HOSTILE, probe }, exposure));
          const alone = {
            ...HOSTILE,
            probe,
            check: "__proto__",
            checks: HOSTILE.checks.slice(0, 1),
          };
          parse(format.write(alone, exposure));
        }
      }
    });

    test("has a line for nothing but what is meant", () => {
      const body = format.write(HOSTILE, "details");
      const lines = body.split(/[\r\n\u2028\u2029]/);
      expect(lines.filter((line) => /^(?:X-Injected|Injected|hale_injected)/.test(line))).toEqual(
        [],
      );
      expect(lines.filter((line) => line === "# EOF").length).toBeLessThan(2);
      expect(body).not.toMatch(/[\r\0]/);
    });
  });

  describe("the verdict", () => {
    const verdict = (report: Report, exposure: Exposure = "checks") =>
      saysDown(format.write(report, exposure));

    test("is down in every exposure when the report is down, for whatever cause", () => {
      for (const exposure of EXPOSURES) {
        for (const state of ["down", "starting", "draining"] as const) {
          expect(verdict(REPORTS[state], exposure)).toBe(true);
        }
        if (!statesAlone) expect(verdict(REPORTS.group, exposure)).toBe(true);
      }
    });

    test("is not down when a check is degraded, or one that is not critical is down", () => {
      const checks: readonly CheckReport[] = [{ ...CACHE, status: "unknown" }];
      for (const exposure of EXPOSURES) {
        expect(verdict(REPORTS.up, exposure)).toBe(false);
        expect(verdict(REPORTS.degraded, exposure)).toBe(false);
        expect(verdict({ ...REPORTS.degraded, checks }, exposure)).toBe(false);
        expect(verdict(REPORTS["no-checks"], exposure)).toBe(false);
        expect(verdict(REPORTS["group-degraded"], exposure)).toBe(false);
      }
    });
  });

  describe("what is shown", () => {
    const SECRET =
      /ECONNREFUSED|exhausted|first run|permission|42501|prices|tables|totalConn|0\.004/;

    test.each(["status", "checks"] as const)(
      "with %s holds no reason, task, time or observation",
      (exposure) => {
        for (const report of Object.values(REPORTS)) {
          for (const probe of PROBES) {
            expect(format.write({ ...report, probe }, exposure)).not.toMatch(SECRET);
            const slower = report.checks.map((check) => ({ ...check, age: 99, duration: 77.7 }));
            expect(format.write({ ...report, probe, checks: slower }, exposure)).toBe(
              format.write({ ...report, probe }, exposure),
            );
          }
        }
      },
    );

    test("with status is the verdict alone: no name, and nothing by which checks differ", () => {
      for (const report of Object.values(REPORTS)) {
        const bare = format.write({ ...report, checks: [], tasks: [], phase: "serving" }, "status");
        expect(format.write(report, "status")).toBe(bare);
      }
    });

    test("does not tell unknown from down without details", () => {
      const of = (status: CheckReport["status"]) =>
        format.write({ ...REPORTS.down, checks: [{ ...CACHE, status }] }, "checks");
      expect(of("unknown")).toBe(of("down"));
    });

    test("does not tell starting from draining without details", () => {
      const of = (phase: Report["phase"]) => format.write({ ...REPORTS.draining, phase }, "checks");
      expect(of("starting")).toBe(of("draining"));
    });
  });

  if (examples === "elsewhere") return;

  test("the examples of its page are golden bodies", () => {
    const folder = `test/formats/golden/${name}`;
    const bodies = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".txt"))
      .map((file) => readFileSync(`${folder}/${file}`, "utf8"));
    const blocks = blocksOf(`docs/formats/${name}.md`).filter(({ language }) =>
      ["json", "text"].includes(language),
    );
    expect(blocks.length).toBeGreaterThan(1);
    const wrong = blocks.filter(({ code, language }) =>
      language === "json"
        ? !bodies.includes(JSON.stringify(JSON.parse(code)))
        : !bodies.some((body) => body.trimEnd() === code.trimEnd()),
    );
    expect(wrong.map(({ code }) => code)).toEqual([]);
  });
}
