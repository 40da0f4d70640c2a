import { expect, test } from "vitest";
import { terminus } from "../../src/formats/terminus.ts";
import { formatContract } from "../contracts/format-contract.ts";
import { REPORTS } from "../contracts/format-reports.ts";

function parse(body: string) {
  const { status, info, error, details, ...rest } = JSON.parse(body);
  expect(rest).toEqual({});
  expect(["ok", "error", "shutting_down"]).toContain(status);
  expect({ ...info, ...error }).toEqual(details);
  for (const indicator of Object.values<{ status: string }>(info)) {
    expect(indicator.status).toBe("up");
  }
  for (const indicator of Object.values<{ status: string }>(error)) {
    expect(indicator.status).toBe("down");
  }
}

formatContract(terminus, {
  parse,
  saysDown: (body) => JSON.parse(body).status !== "ok",
});

test("who sees details is told that the service shuts down", () => {
  const word = (probe: "readiness" | "deep") =>
    JSON.parse(terminus.write({ ...REPORTS.draining, probe }, "details")).status;
  expect([word("readiness"), word("deep")]).toEqual(["shutting_down", "error"]);
});

test("an observation does not stand in for the status", () => {
  const checks = REPORTS.up.checks.map((check) => ({
    ...check,
    observations: { status: { value: "down" }, message: { value: "x" } },
  }));
  parse(terminus.write({ ...REPORTS.up, checks }, "details"));
});
