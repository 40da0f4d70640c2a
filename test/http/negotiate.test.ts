import { describe, expect, test } from "vitest";
import type { Format } from "../../src/contract/format.ts";
import { html } from "../../src/formats/html.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { json } from "../../src/formats/json.ts";
import { negotiate } from "../../src/http/negotiate.ts";

function choose(
  { query = "", accept }: { query?: string; accept?: string | null },
  formats: readonly [Format, ...Format[]] = FORMATS,
): Format | undefined {
  return negotiate(formats, new URLSearchParams(query), accept ?? "");
}

const CHROME =
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
const FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const PROMETHEUS_2 =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const PROMETHEUS_3 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

const SPRING_BOOT_ADMIN =
  "application/vnd.spring-boot.actuator.v3+json, application/vnd.spring-boot.actuator.v2+json, application/json";

describe("Accept", () => {
  test.each([
    // Whoever asks for nothing.
    [undefined, "json"],
    [null, "json"],
    ["", "json"],
    ["*/*", "json"],
    [" */* ", "json"],
    ["*/*;q=0.1", "json"],
    ["application/*", "json"],
    // One type.
    ["application/json", "json"],
    ["Application/JSON; charset=UTF-8", "json"],
    ["application/health+json", "health-json"],
    ["application/vnd.spring-boot.actuator.v3+json", "spring"],
    ["text/html", "html"],
    ["text/plain", "kubernetes"],
    ["text/plain; charset=utf-8", "kubernetes"],
    ["text/html; charset=iso-8859-1", "html"],
    ["text/html; CharSet", "html"],
    ["text/plain; version=0.0.4", "prometheus"],
    ['text/plain; version="0.0.4"', "prometheus"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text; version=1.0.0; charset=utf-8", "openmetrics"],
    // What programs send.
    [CHROME, "html"],
    [FIREFOX, "html"],
    [PROMETHEUS_2, "openmetrics"],
    [PROMETHEUS_3, "openmetrics"],
    ["application/json, text/plain, */*", "json"],
    ["text/plain, */*; q=0.01", "kubernetes"],
    // What nothing satisfies.
    ["image/png", "json"],
    ["application/xml", "json"],
    ["text/plain; version=9", "json"],
    ["text/plain; version", "json"],
    ["application/openmetrics-text; version=0.0.1", "json"],
    ["application/vnd.spring-boot.actuator.v2+json", "json"],
    ["*/*;q=0", "json"],
    ["application/json;q=0", "json"],
    ["text/html;q=0", "json"],
    // Weights.
    ["text/html;q=0.5, text/plain;q=0.6", "kubernetes"],
    ["text/html;q=0.6, text/plain;q=0.5", "html"],
    ["text/html;q=0.001, image/png", "html"],
    ["text/html;q=0, text/plain;q=0.1", "kubernetes"],
    ["application/json;q=0, */*", "health-json"],
    ["application/json;q=0.4, */*;q=0.5", "health-json"],
    ["text/*;q=0.9, text/html;q=0.1", "kubernetes"],
    ["text/plain;q=0.2, text/plain;version=0.0.4;q=0.8", "prometheus"],
    ["text/plain;q=0.8, text/plain;version=0.0.4;q=0.2", "kubernetes"],
    ["text/plain;q=0, text/plain;version=0.0.4", "prometheus"],
    ["text/html; q=1.000, text/plain; q=0.999", "html"],
    ["text/html; Q=0.1, text/plain; Q=0.2", "kubernetes"],
    ["text/html;level=1;q=1, text/plain;q=0.1", "kubernetes"],
    ["text/html; q = 0.1, text/plain; q = 0.2", "kubernetes"],
    ["text/plain; version = 0.0.4", "prometheus"],
    // Of equals, the more specific one, then the caller's first.
    ["text/plain, text/html", "kubernetes"],
    ["text/html, text/plain", "html"],
    ["text/html, */*", "html"],
    ["*/*, text/html", "html"],
    ["application/health+json, application/json", "health-json"],
    [SPRING_BOOT_ADMIN, "spring"],
    ["text/*", "html"],
    ["text/html;q=0.5, */*;q=0.5", "html"],
    ["application/vnd.spring-boot.actuator.v3+json, application/health+json", "spring"],
    // What is malformed is passed over.
    ["text", "json"],
    ["text/html/x", "json"],
    ["*/html", "json"],
    ["/, ;, ,,", "json"],
    ["text/html;q=2", "json"],
    ["text/html;q=-1", "json"],
    ["text/html;q=0.1234", "json"],
    ["text/html;q=", "json"],
    ["text/html;q", "json"],
    ["text/html;q=10", "json"],
    ['text/plain;version=""0.0.4', "json"],
    ['text/plain;version=0.0.4""', "json"],
    ["text/html;q=x, text/plain;q=0.1", "kubernetes"],
    ["te xt/html, text/plain", "kubernetes"],
    ['image/png;a="x, text/html", text/plain', "kubernetes"],
    ['image/png;a="\\", text/html", text/plain', "kubernetes"],
    ['image/png;a=", text/plain', "kubernetes"],
    ["__proto__/constructor", "json"],
    ["text/html;", "html"],
    ["text/html;;q=1", "html"],
  ])("of %j gives %s", (accept, name) => {
    expect(choose(accept === undefined ? {} : { accept })?.name).toBe(name);
  });

  test("ranks a format by its closest range: its type, then its subtype, then everything", () => {
    const chosen = (accept: string) => choose({ accept }, [html, json])?.name;
    expect(chosen("text/*;q=0.1, */*;q=0.9")).toBe("json");
    expect(chosen("*/*;q=0.9, text/*;q=0.1")).toBe("json");
    expect(chosen("text/html;q=0.1, text/*;q=0.9, */*;q=0.5")).toBe("json");
    expect(chosen("text/html;q=0.6, text/*;q=0.1, */*;q=0.5")).toBe("html");
  });

  test("never gives a format that has no media type of its own", () => {
    const named = FORMATS.filter((format) => format.byNameAlone);
    expect(named.map(({ name }) => name)).toEqual([
      "aspnet",
      "history",
      "microprofile",
      "terminus",
    ]);
    for (const accept of ["application/json", "application/*", "application/json;q=0, */*"]) {
      expect(choose({ accept }, [html, ...named])?.name).toBe("html");
    }
  });

  test.each([
    "a,".repeat(10_000),
    '"'.repeat(10_000),
    "\\".repeat(10_000),
    "text/html;".repeat(5000),
  ])("of any length is read in no time (%#)", (accept) => {
    const start = performance.now();
    expect(choose({ accept })).toBeDefined();
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("the query", () => {
  test.each([
    ["", "json"],
    ["format=terminus", "terminus"],
    ["format=aspnet&format=html", "aspnet"],
    ["verbose", "kubernetes"],
    ["verbose=false", "kubernetes"],
    ["format=json&verbose", "json"],
    ["exclude=database", "json"],
    ["format=", undefined],
    ["format=HTML", undefined],
    ["format=toString", undefined],
  ])("%j gives %s", (query, name) => {
    expect(choose({ query })?.name).toBe(name);
  });

  test("counts more than Accept", () => {
    expect(choose({ query: "format=json", accept: "text/html" })?.name).toBe("json");
    expect(choose({ query: "verbose", accept: "text/html" })?.name).toBe("kubernetes");
  });
});

test("every format is found by its name", () => {
  for (const { name, mediaType } of FORMATS) {
    expect(choose({ query: `format=${name}` })).toMatchObject({ name, mediaType });
  }
});

test("an Accept that is longer than any that is meant gets the first one", () => {
  expect(choose({ accept: "text/html,".repeat(100) })?.name).toBe("html");
  expect(choose({ accept: `${"text/html,".repeat(100)}a` })?.name).toBe("json");
});
