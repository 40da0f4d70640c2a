import { expect, test } from "vitest";
import { startProgram } from "../_support/program.ts";

test.each([
  ["report", []],
  ["handle", []],
  ["whenReady", []],
  ["toBeReady", ["It failed: HALE_CLOCK_STOPPED"]],
])(
  "%s of a fake whose check hangs leaves the process its end, while no test moves the clock",
  async (way, printed) => {
    const program = startProgram("test/testing/programs/hanging.mjs", { args: [way] });
    const { code, lines } = await program.ended;
    expect({ code, lines }).toEqual({ code: 0, lines: [...printed, "It ends."] });
  },
  120_000,
);
