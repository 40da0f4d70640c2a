import { expect, test } from "vitest";
import { targetsOf } from "../../../../src/cli/internal/watch/targets.ts";

test("an endpoint is named by its URL without http://, so that TLS makes another name", () => {
  const words = ["http://a:1/", "https://a:1/", "api=https://a:1/"];
  expect(targetsOf(words).map(({ name }) => name)).toEqual(["a:1/", "https://a:1/", "api"]);
});
