import { expect, test } from "vitest";
import { startProgram } from "../_support/program.ts";

test("a script that awaits a report is answered although a check never settles, and then ends", async () => {
  const program = startProgram("test/lifecycle/programs/report.mjs");
  expect(await program.ended).toEqual({
    code: 0,
    signal: null,
    lines: ["down never=HALE_TIMEOUT later=HALE_NOT_RUN"],
  });
});

test("a script that awaits the response to a request is answered although a check never settles, and then ends", async () => {
  const program = startProgram("test/lifecycle/programs/handle.mjs");
  expect(await program.ended).toEqual({
    code: 0,
    signal: null,
    lines: ['503 {"status":"unhealthy","checks":{"never":"failed"}}'],
  });
});
