import { expect, test } from "vitest";
import { FORMATS } from "../../src/formats/index.ts";

test("formats that no media type tells apart are requested by name alone", () => {
  const named = FORMATS.filter(({ byNameAlone }) => byNameAlone).map(({ name }) => name);
  expect(named).toEqual(["aspnet", "history", "microprofile", "terminus"]);
});

test("the formats of scrapers have the status 200 always, and the media types of their versions", () => {
  const always = FORMATS.filter(({ always200 }) => always200);
  expect(always.map(({ name, mediaType }) => `${name} ${mediaType}`)).toEqual([
    "openmetrics application/openmetrics-text; version=1.0.0; charset=utf-8",
    "prometheus text/plain; version=0.0.4; charset=utf-8",
  ]);
});
