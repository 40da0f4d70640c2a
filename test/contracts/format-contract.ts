import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { EXPOSURES, type Exposure, type Format } from "../../src/contract/format.ts";
import { PROBES } from "../../src/contract/probe.ts";
import type { CheckReport, Report } from "../../src/contract/report.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { blocksOf } from "../house/_pages.ts";
import { bodyOf } from "./format-body.ts";
import { CACHE, GOLDEN, HOSTILE, REPORTS } from "./format-reports.ts";

export { bodyOf };

/** What is particular to a format. */
export interface Particulars {
  /** Fails on a body that is not well-formed. */
  readonly parse: (body: string) => unknown;
  /** Whether a body says that the whole is down. */
  readonly saysDown: (body: string) => boolean;
  /** Whether a body of a group has the states of its checks alone, and no verdict. */
  readonly statesAlone?: true;
  /** Leaves out of a golden body what is the same in each. */
  readonly shorten?: (body: string) => string;
  /** What the examples of its page are held against: the golden bodies, unless something else does. */
  readonly examples?: "elsewhere";
}

/** Checks one format against all that every format keeps to. */
export function formatContract(
  format: Format,
  { parse, saysDown, statesAlone, shorten = (body) => body, examples }: Particulars,
): void {
  const { name } = format;

  test("it is one of the formats, and its name and media type can stand in a header", () => {
    expect(FORMATS).toContainEqual(format);
    expect(name).toMatch(/^[a-z][a-z-]*$/);
    expect(format.mediaType).toMatch(/^[a-z]+\/[\w.+-]+(?:; [a-z]+=[\w.-]+)*$/);
  });

  describe("the body", () => {
    test.each(GOLDEN)("%s is the golden one, of %s with %s", async (file, state, exposure) => {
      const body = await bodyOf(format, REPORTS[state], exposure);
      parse(body);
      await expect(shorten(body)).toMatchFileSnapshot(`../formats/golden/${name}/${file}.txt`);
    });

    test("is the same each time, and a report is not changed by it", async () => {
      for (const [, state, exposure] of GOLDEN) {
        const before = structuredClone(REPORTS[state]);
        expect(await bodyOf(format, REPORTS[state], exposure)).toBe(
          await bodyOf(format, before, exposure),
        );
        expect(REPORTS[state]).toEqual(before);
      }
    });

    test("is well-formed for every probe, for one check, and for whatever stands in a text", async () => {
      for (const probe of PROBES) {
        for (const exposure of EXPOSURES) {
          parse(await bodyOf(format, { ...HOSTILE, probe }, exposure));
          const alone = {
            ...HOSTILE,
            probe,
            check: "__proto__",
            checks: HOSTILE.checks.slice(0, 1),
          };
          parse(await bodyOf(format, alone, exposure));
        }
      }
    });

    test("has a line for nothing but what is meant", async () => {
      const body = await bodyOf(format, HOSTILE, "details");
      const lines = body.split(/[\r\n\u2028\u2029]/);
      expect(lines.filter((line) => /^(?:X-Injected|Injected|hale_injected)/.test(line))).toEqual(
        [],
      );
      expect(lines.filter((line) => line === "# EOF").length).toBeLessThan(2);
      expect(body).not.toMatch(/[\r\0]/);
    });
  });

  describe("the verdict", () => {
    const verdict = async (report: Report, exposure: Exposure = "checks") =>
      saysDown(await bodyOf(format, report, exposure));

    test("is down in every exposure when the report is down, for whatever cause", async () => {
      for (const exposure of EXPOSURES) {
        for (const state of ["down", "starting", "draining"] as const) {
          expect(await verdict(REPORTS[state], exposure)).toBe(true);
        }
        if (!statesAlone) expect(await verdict(REPORTS.group, exposure)).toBe(true);
      }
    });

    test("is not down when a check is degraded, or one that is not critical is down", async () => {
      const checks: readonly CheckReport[] = [{ ...CACHE, status: "unknown" }];
      for (const exposure of EXPOSURES) {
        expect(await verdict(REPORTS.up, exposure)).toBe(false);
        expect(await verdict(REPORTS.degraded, exposure)).toBe(false);
        expect(await verdict({ ...REPORTS.degraded, checks }, exposure)).toBe(false);
        expect(await verdict(REPORTS["no-checks"], exposure)).toBe(false);
        expect(await verdict(REPORTS["group-degraded"], exposure)).toBe(false);
      }
    });
  });

  describe("what is shown", () => {
    const SECRET =
      /ECONNREFUSED|exhausted|first run|permission|42501|prices|tables|totalConn|0\.004/;

    test.each(["status", "checks"] as const)(
      "with %s holds no reason, task, time or observation",
      async (exposure) => {
        for (const report of Object.values(REPORTS)) {
          for (const probe of PROBES) {
            expect(await bodyOf(format, { ...report, probe }, exposure)).not.toMatch(SECRET);
            const slower = report.checks.map((check) => ({ ...check, age: 99, duration: 77.7 }));
            expect(await bodyOf(format, { ...report, probe, checks: slower }, exposure)).toBe(
              await bodyOf(format, { ...report, probe }, exposure),
            );
          }
        }
      },
    );

    test("with status is the verdict alone: no name, and nothing by which checks differ", async () => {
      for (const report of Object.values(REPORTS)) {
        const bare = await bodyOf(
          format,
          { ...report, checks: [], tasks: [], phase: "serving" },
          "status",
        );
        expect(await bodyOf(format, report, "status")).toBe(bare);
      }
    });

    test("does not tell unknown from down without details", async () => {
      const of = (status: CheckReport["status"]) =>
        bodyOf(format, { ...REPORTS.down, checks: [{ ...CACHE, status }] }, "checks");
      expect(await of("unknown")).toBe(await of("down"));
    });

    test("does not tell starting from draining without details", async () => {
      const of = (phase: Report["phase"]) =>
        bodyOf(format, { ...REPORTS.draining, phase }, "checks");
      expect(await of("starting")).toBe(await of("draining"));
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
