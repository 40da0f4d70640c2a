import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { compose } from "../_support/compose.ts";
import { makeFolder } from "../_support/folder.ts";
import { startProgram } from "../_support/program.ts";

const loading = vi.hoisted(() => {
  const state = { begun: 0, finish: () => {} };
  const finished = new Promise<void>((resolve) => {
    state.finish = resolve;
  });
  return { state, finished };
});

vi.mock("../../src/checks/internal/clients/client-checks.ts", async (original) => {
  loading.state.begun++;
  await loading.finished;
  return original();
});

test("the check of a client loads from createHealth on, and its time is not that of a run", async () => {
  const lent = { query: async () => ({ rows: [{ one: 1 }] }), release() {} };
  const counts = { waitingCount: 0, totalCount: 0, idleCount: 0 };
  const session = { ...counts, connect: async () => lent, query: lent.query };
  const { clock, health, lines } = compose({ checks: { session: session as never } });
  await vi.waitFor(() => expect(loading.state.begun).toBe(1), { timeout: 30_000 });
  const first = health.report("deep");
  await clock.advance(800);
  expect((await first).checks).toMatchObject([{ status: "unknown", code: "HALE_NOT_RUN" }]);
  await clock.advance(60_000);
  expect(lines.filter(([level]) => level === "warn")).toEqual([]);
  loading.state.finish();
  await vi.waitFor(
    async () => {
      expect((await health.report("deep")).checks).toMatchObject([
        { status: "up", duration: 60_800 },
      ]);
    },
    { timeout: 30_000 },
  );
  await health.close();
});

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
