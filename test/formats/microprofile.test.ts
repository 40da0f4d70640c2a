import { expect, test } from "vitest";
import { microprofile } from "../../src/formats/microprofile.ts";
import { bodyOf, formatContract } from "../contracts/format-contract.ts";
import { REPORTS } from "../contracts/format-reports.ts";

const WORD = expect.stringMatching(/^(?:UP|DOWN)$/);

/** What `health-check-schema.json` of the specification's TCK allows, with the two words of the text. */
function parse(body: string) {
  const { status, checks, ...rest } = JSON.parse(body);
  expect({ status, rest }).toEqual({ status: WORD, rest: {} });
  for (const { data = {}, ...check } of checks) {
    expect(check).toEqual({ name: expect.any(String), status: WORD });
    const kinds = Object.values(data).map((value) => typeof value);
    expect(["string", "number", "boolean"]).toEqual(expect.arrayContaining([...new Set(kinds)]));
  }
}

formatContract(microprofile, {
  parse,
  saysDown: (body) => JSON.parse(body).status === "DOWN",
});

test("a group lists its checks, and is down when one of them makes it so", async () => {
  expect(await bodyOf(microprofile, REPORTS.group, "checks")).toBe(
    '{"status":"DOWN","checks":[{"name":"payments.gateway","status":"UP"},{"name":"payments.ledger","status":"DOWN"}]}',
  );
});

test("a check that is not critical says that it is down, and the whole stays up", async () => {
  expect(await bodyOf(microprofile, REPORTS.degraded, "checks")).toBe(
    '{"status":"UP","checks":[{"name":"database","status":"UP"},{"name":"cache","status":"DOWN"}]}',
  );
});
