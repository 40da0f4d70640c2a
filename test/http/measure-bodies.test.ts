import { describe, expect, test } from "vitest";
import type { DefaultFormat, Exposure, Format } from "../../src/contract/format.ts";
import { PROBES, type Probe } from "../../src/contract/probe.ts";
import type { Report } from "../../src/contract/report.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { measureBodies } from "../../src/http/measure-bodies.ts";

const NAMES = ["database", "cache"];

/** The most bytes that every caller reads. */
const LIMIT = 10_240;

/** A format whose body has so many bytes for each status of the checks. */
const sized = (name: string, sizes: Partial<Record<string, number>>): Format => ({
  name,
  mediaType: "text/plain",
  write: ({ checks }) => "x".repeat(sizes[checks[0]?.status ?? ""] ?? 0),
});

/** A format whose bodies all have so many bytes. */
const ofSize = (name: string, bytes: number) =>
  sized(name, { up: bytes, degraded: bytes, down: bytes });

/** The probes that are warned of. */
const warned = async (formats: readonly Format[], chosen?: DefaultFormat) =>
  (await measureBodies(formats, chosen, () => NAMES)).map(({ text }) => text.split(" ")[0]);

describe("a body", () => {
  test("of 10 KiB is not warned of, and one of a byte more is, of each probe", async () => {
    expect(await warned([ofSize("json", LIMIT)])).toEqual([]);
    expect(await warned([ofSize("json", LIMIT + 1)])).toEqual([...PROBES]);
  });

  test("counts with the status whose words are the longest", async () => {
    for (const status of ["up", "degraded", "down"]) {
      expect(await warned([sized("json", { [status]: LIMIT + 1 })])).toEqual([...PROBES]);
    }
  });

  test("of a format that is loaded on first use is measured once it is written", async () => {
    const lazy = (bytes: number): Format => ({
      name: "json",
      mediaType: "text/plain",
      write: async () => ({ body: "x".repeat(bytes), headers: {} }),
    });
    expect(await warned([lazy(LIMIT)])).toEqual([]);
    expect(await warned([lazy(LIMIT + 1)])).toEqual([...PROBES]);
  });
});

test("a warning says the probe, its checks and the bytes, and what to do", async () => {
  const namesOf = (probe: Probe) => (probe === "deep" ? NAMES : []);
  expect(await measureBodies([sized("json", { up: 12_000 })], "json", namesOf)).toEqual([
    {
      text: "deep response of 2 checks can reach 12000 bytes, over 10240, the most that some callers read; register fewer checks, or shorten their names",
      checks: 2,
    },
  ]);
});

describe("measured is", () => {
  const formats = [ofSize("json", LIMIT + 1), ofSize("spring", LIMIT + 1), ofSize("terminus", 1)];

  test.each<[string, DefaultFormat | undefined, readonly string[]]>([
    ["json, where the service chooses nothing", undefined, PROBES],
    ["the format that it chooses", "spring", PROBES],
    ["no format that it does not choose", "terminus", []],
    [
      "the format of each probe",
      { readiness: "terminus", deep: "spring" },
      ["liveness", "startup", "deep"],
    ],
    [
      "json, where a probe has none of its own",
      { deep: "terminus" },
      ["liveness", "readiness", "startup"],
    ],
    ["no body of a function", () => ({ body: "x".repeat(LIMIT + 1) }), []],
  ])("%s", async (_, chosen, probes) => {
    expect(await warned(formats, chosen)).toEqual([...probes]);
  });

  test("the body of a probe that fails, with the names of its checks and without details", async () => {
    const written: [Report, Exposure][] = [];
    const format: Format = {
      ...ofSize("json", 0),
      write: (report, exposure) => {
        written.push([report, exposure]);
        return "";
      },
    };
    await measureBodies([format], "json", (probe) => (probe === "readiness" ? ["database"] : []));
    const rest = { scope: "dependency", critical: true, shared: false, failing: true };
    expect(written.filter(([{ probe }]) => probe === "readiness")).toEqual(
      ["up", "degraded", "down"].map((status) => [
        {
          probe: "readiness",
          status: "down",
          phase: "serving",
          checks: [{ name: "database", status, ...rest }],
          tasks: [],
        },
        "checks",
      ]),
    );
    expect(written.length).toBe(3 * PROBES.length);
  });

  test.each(["json", "spring", "aspnet", "kubernetes", "terminus"] as const)(
    "%s of hale, which shows every name",
    async (name) => {
      const names = Array.from({ length: 400 }, (_, index) => `c${index}`.padEnd(64, "x"));
      const warnings = await measureBodies(FORMATS, { deep: name }, (probe) =>
        probe === "deep" ? names : [],
      );
      expect(warnings).toMatchObject([{ checks: 400 }]);
      const bytes = Number(/reach (\d+) bytes/.exec(warnings[0]?.text ?? "")?.[1]);
      expect(bytes).toBeGreaterThan(400 * 64);
    },
  );
});
