import { describe, expect, test } from "vitest";
import { probe } from "../../../../src/cli/probe.ts";
import { startHttp, startRaw } from "../../_endpoints.ts";
import { plain, run } from "./_run.ts";

const LIMIT = ["--timeout", "30s"];

describe("a response", () => {
  test.each([
    ["/ok", [], "status 200"],
    ["/empty", [], "status 204"],
    ["/ok?x=1", [], "status 200"],
    ["/failed", ["--expect-status", "503"], "status 503"],
    ["/login", ["--expect-status", "2xx,300-399"], "status 302"],
    ["/ok", ["--expect-header", "content-type"], "status 200"],
    ["/ok", ["--expect-header", "Content-Type: application/json"], "status 200"],
    ["/ok", ["--expect-header", "content-type: /JSON|json/"], "status 200"],
    ["/ok", ["--expect-text", '"status":"ok"', "--expect-text", "database"], "status 200"],
    ["/ok", ["--expect-match", "^\\{.*\\}$"], "status 200"],
    ["/ok", ["--expect-json", "/status=ok", "--expect-json", "/checks/database"], "status 200"],
    ["/ok", ["--expect-json", "/checks/a~1b/0=1"], "status 200"],
    ["/ok", ["--expect-json", "/checks/a~1b/1/c~0d=null"], "status 200"],
    ["/ok", ["--expect-json", '/checks/a~1b=[1,{"c~d":null}]'], "status 200"],
    ["/long", [], "status 200"],
    ["/ok", ["-X", "HEAD"], "status 200"],
  ])("%s with %j is healthy", async (path, flags, reason) => {
    const { port } = await startHttp();
    const url = `http://127.0.0.1:${port}${path}`;
    expect(plain(await run(probe, [...LIMIT, ...flags, url]))).toEqual({
      code: 0,
      stdout: `http://HOST${path} is healthy: ${reason} in N ms\n`,
      stderr: "",
    });
  });

  test.each([
    ["/failed", [], 'expected status 200 to 299, received 503: {"status":"failed"}'],
    ["/nowhere", [], "expected status 200 to 299, received 404: nothing here"],
    [
      "/login",
      [],
      "expected status 200 to 299, received 302, a redirect to http://***@login.invalid/?next=/",
    ],
    ["/moved", [], "expected status 200 to 299, received 301, a redirect to /ok"],
    ["/ok", ["--expect-status", "204,3xx"], /^expected status 204 or 300 to 399, received 200: \{/],
    ["/ok", ["--expect-header", "x-none"], "expected a header x-none, received none"],
    ...["constructor", "__proto__", "hasOwnProperty", "toString"].map(
      (name): [string, string[], string] => [
        "/ok",
        ["--expect-header", name],
        `expected a header ${name.toLowerCase()}, received none`,
      ],
    ),
    [
      "/ok",
      ["--expect-header", "content-type: text/plain"],
      'expected the header content-type to be "text/plain", received "application/json"',
    ],
    [
      "/ok",
      ["--expect-header", "content-type: /^text/"],
      'expected the header content-type to be /^text/u, received "application/json"',
    ],
    [
      "/failed",
      ["--expect-status", "503", "--expect-text", "ok"],
      'expected "ok" in the body: {"status":"failed"}',
    ],
    ["/empty", ["--expect-text", "ok"], 'expected "ok" in the body'],
    ["/ok", ["--expect-match", "^ok$"], /^expected \/\^ok\$\/u in the body: \{/],
    ["/ok", ["--expect-json", "/status=failed"], 'expected "failed" at /status, received "ok"'],
    ["/ok", ["--expect-json", "/status=1"], 'expected 1 at /status, received "ok"'],
    ["/ok", ["--expect-json", "/checks/cache"], /^expected a value at \/checks\/cache: \{/],
    ["/ok", ["--expect-json", "/checks/a~1b/length=2"], /^expected a value at .*length: \{/],
    ["/ok", ["--expect-json", "/checks/a~1b/00"], /^expected a value at .*00: \{/],
    ["/ok", ["--expect-json", "/checks/__proto__"], /^expected a value at \/checks\/__proto__: \{/],
    ["/degraded", ["--expect-json", "/status=ok"], "expected a body of JSON: degraded"],
    [
      "/long",
      ["--expect-match", "y"],
      /^expected \/y\/u in the body \(only its start was read\): x{200}…$/,
    ],
    ["/colours", [], "expected status 200 to 299, received 500: red line two"],
    ["/cut", [], "connection reset (ECONNRESET)"],
  ])("%s with %j is not", async (path, flags, reason) => {
    const { port } = await startHttp();
    const url = `http://127.0.0.1:${port}${path}`;
    const { code, stdout, stderr } = plain(await run(probe, [...LIMIT, ...flags, url]));
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const [, given = ""] = /^http:\/\/HOST\S* is unhealthy: (.*) in N ms\n$/.exec(stdout) ?? [];
    if (typeof reason === "string") expect(given).toBe(reason);
    else expect(given).toMatch(reason);
  });
});

test("a byte order mark is no part of a body", async () => {
  const body = '\xef\xbb\xbf{"status":"ok"}';
  const { port } = await startRaw(
    `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const flags = [...LIMIT, "--expect-json", "/status=ok", "--expect-match", "^\\{"];
  expect(await run(probe, [...flags, `http://127.0.0.1:${port}/`])).toMatchObject({ code: 0 });
});

describe("a pattern that takes years", () => {
  const PATTERN = "^(?:a+)+$";

  test.each([
    ["of the body", ["--expect-match", PATTERN]],
    ["of a header", ["--expect-header", `x-long: /${PATTERN}/`]],
  ])("%s ends with the timeout", async (_, flags) => {
    const long = `${"a".repeat(100)}b`;
    const { port } = await startRaw(
      `HTTP/1.1 200 OK\r\nx-long: ${long}\r\ncontent-length: ${long.length}\r\n\r\n${long}`,
    );
    const url = `http://127.0.0.1:${port}/`;
    const { code, stdout } = plain(await run(probe, ["--timeout", "3s", ...flags, url]));
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: "http://HOST/ is unhealthy: timed out after 3s, matching /^(?:a+)+$/u in N ms\n",
    });
  });
});

test.each(["constructor", "__proto__"])("a header %s that was sent is there", async (name) => {
  const { port } = await startRaw(`HTTP/1.1 200 OK\r\n${name}: a\r\n${name}: b\r\n\r\n`);
  const flags = [...LIMIT, "--expect-header", `${name}: a, b`];
  expect((await run(probe, [...flags, `http://127.0.0.1:${port}/`])).code).toBe(0);
});
