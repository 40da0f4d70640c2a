import { expect, test } from "vitest";
import { reasonOf, statedStatus } from "../../../../src/cli/internal/watch/reason-of.ts";

test.each([
  ["", ""],
  ["OK", "OK"],
  ['{"status":"ok"}', ""],
  ['{"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}', "database failed"],
  [
    '{"status":"unhealthy","checks":{"database":{"status":"failed","reason":"connect ECONNREFUSED"},"cache":{"status":"ok"}}}',
    "database: connect ECONNREFUSED",
  ],
  [
    '{"status":"failed","phase":"starting","tasks":{"load the prices":{"status":"pending"}},"checks":{}}',
    "load the prices pending",
  ],
  ['{"status":"DOWN","components":{"db":{"status":"DOWN"},"disk":{"status":"UP"}}}', "db DOWN"],
  ['{"status":"fail","output":"no disk"}', "no disk"],
  ['{"error":"no database"}', "no database"],
  ["[1,2]", "[1,2]"],
  ["\u001b[2J\u202eevil\nline", "evil line"],
])("the reason in %j is %j", (body, reason) => {
  expect(reasonOf(body)).toBe(reason);
});

test.each([
  ['{"status":"Degraded"}', "degraded"],
  ['{"status":1}', undefined],
  ["no json", undefined],
])("the status that %j states is %j", (body, status) => {
  expect(statedStatus(body)).toBe(status);
});
