import { expect, test } from "vitest";
import { targetsOf } from "../../../../src/cli/internal/watch/targets.ts";

test("an endpoint is named by its URL without http://, so that TLS makes another name", () => {
  const words = ["http://a:1/", "https://a:1/", "api=https://a:1/"];
  expect(targetsOf(words).map(({ name }) => name)).toEqual(["a:1/", "https://a:1/", "api"]);
});

test("a name holds no credential of a URL, and two of them stay two endpoints", () => {
  const words = [
    "http://a:1/?token=hunter2",
    "http://a:1/?token=hunter3",
    "http://me:hunter2@a:1/",
  ];
  expect(targetsOf(words).map(({ name }) => name)).toEqual([
    "a:1/?token=***",
    "a:1/?token=***",
    "a:1/",
  ]);
});
