import { expect, test } from "vitest";
import { toHealthRequest } from "../../src/adapters/internal/fetch-request.ts";
import { proberKey } from "../../src/shutdown/prober-key.ts";

test("a Request without Host has no :authority, and is a prober", () => {
  const request = toHealthRequest(new Request("http://a/health/ready"), "10.0.0.1");
  expect(request.header(":authority")).toBeUndefined();
  expect(proberKey(request)).toBe("10.0.0.1\n\n\n/health/ready");
});
