import { describe, expect, test } from "vitest";
import type { Report } from "../../src/contract/report.ts";
import { type ResponseOptions, statusAndHeaders } from "../../src/http/response-options.ts";
import { compose, serve } from "../_support/compose.ts";
import { haleErrorOf } from "../_support/thrown.ts";

/** The message of the error about an option of `http`; fails when the value is accepted. */
const refused = (http: Record<string, unknown>) => {
  const { code, message } = haleErrorOf(() => compose({ http: http as never }));
  expect(code).toBe("HALE_BAD_OPTION");
  return message;
};

const NAMES =
  "content-type, content-length, transfer-encoding, connection, cache-control, x-content-type-options, allow, vary, etag, content-security-policy";

describe("headers", () => {
  test("are sent with every report, as they are", async () => {
    const headers = {
      "Access-Control-Allow-Origin": "*",
      "!#$%&'*+-.^_`|~09azAZ": "of every sign that a name may have",
      "X-Empty": "",
      "X-Text": "\t !~\x80\xff",
    };
    const { get } = await serve({ http: { headers } });
    for (const url of ["/livez", "/readyz?format=kubernetes"]) {
      expect((await get(url)).headers).toMatchObject(headers);
    }
  });

  test.each(NAMES.split(", "))("may not hold %s in any case, which hale writes itself", (name) => {
    for (const written of [name, name.toUpperCase()]) {
      expect(refused({ headers: { "X-A": "1", [written]: "1" } })).toBe(
        `The option "headers" of http must be an object of header names and texts, without ${NAMES}, but is an object. The header "${written}" is not.`,
      );
    }
  });

  test.each(["", " X", "X ", "X A", "X:", "X\n", "É", "X(1)"])(
    "may not have a name that HTTP does not allow: %j",
    (name) => {
      expect(refused({ headers: { [name]: "1" } })).toContain(
        `The header ${JSON.stringify(name)} is not.`,
      );
    },
  );

  test.each(["a\nb", "a\r", "\0", "\x7f", "Ā", "a\nĀb", 5, null, undefined, ["a"], true])(
    "may not have a value that HTTP does not allow, or that is no text: %j",
    (value) => {
      expect(refused({ headers: { "X-A": value } })).toContain('The header "X-A" is not.');
    },
  );

  test.each([
    ["a string", "X-A: hunter2"],
    ["a number", 1234567],
    ["a list of 1", [["X-A", "hunter2"]]],
    ["a Headers", new Headers({ "X-A": "hunter2" })],
  ])("must be an object of texts, and %s in its place is not quoted", (kind, headers) => {
    expect(refused({ headers })).toMatch(new RegExp(`, but is ${kind}\\.$`));
  });
});

describe("a status", () => {
  test.each([
    ["drainStatus", 404, 503],
    ["degradedStatus", 200, 429],
  ])("of the option %s is %i or %i, and no other", (option, one, other) => {
    for (const status of [one, other]) compose({ http: { [option]: status } });
    for (const status of [one - 1, other + 1, String(one), true, null]) {
      expect(refused({ [option]: status })).toContain(`must be ${one} or ${other}, but is `);
    }
  });
});

describe("Envoy's headers", () => {
  const headersOf = (options: ResponseOptions, report: Partial<Report>) =>
    statusAndHeaders(options, {
      ...{ probe: "readiness", status: "up", phase: "serving", checks: [], tasks: [] },
      ...report,
    }).headers;

  test("have the value true, and are sent where the service says so alone", () => {
    const degraded = { status: "degraded" } as const;
    const draining = { status: "down", phase: "draining" } as const;
    expect(headersOf({ envoy: true }, degraded)).toEqual({ "x-envoy-degraded": "true" });
    expect(headersOf({ envoy: true }, draining)).toEqual({
      "x-envoy-immediate-health-check-fail": "true",
    });
    for (const report of [degraded, draining]) {
      expect(headersOf({}, report)).toEqual({});
      expect(headersOf({ envoy: false }, report)).toEqual({});
    }
  });
});
