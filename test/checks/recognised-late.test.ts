import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../_support/folder.ts";
import { startProgram } from "../_support/program.ts";

test.each(["shared/client-checks.js", "shared/postgres.js"])(
  "a client whose check could not be loaded is down, and is checked once %s is there, and after it has gone again",
  async (missing) => {
    const dist = join(makeFolder(), "dist");
    cpSync("dist", dist, { recursive: true });
    cpSync("package.json", join(dist, "..", "package.json"));
    const { ended } = startProgram("test/checks/programs/loaded-late.mjs", {
      args: [dist, missing],
    });
    const { code, lines } = await ended;
    expect([code, lines]).toEqual([0, ["down", "down", "up", "up", "closed"]]);
  },
);
