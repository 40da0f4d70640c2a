import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { audit } from "../../../src/cli/audit.ts";
import { fleet } from "../../../src/cli/fleet.ts";
import { quote } from "../../../src/cli/internal/quote.ts";
import { targetsOf } from "../../../src/cli/internal/watch/targets.ts";
import { probe } from "../../../src/cli/probe.ts";
import { serve } from "../../../src/cli/serve.ts";
import { wait } from "../../../src/cli/wait.ts";
import { watch } from "../../../src/cli/watch.ts";
import { serve as listenOnLoopback } from "../../_support/serve.ts";
import { run } from "./probe/_run.ts";

test.each([
  ["http://a/b", "http://a/b"],
  ["http://me:pw@a:0/", "http://…@a:0/"],
  ["me:pw@a:1", "…@a:1"],
  ["me@a:1", "…@a:1"],
  ["//me:pw@a:1", "…@a:1"],
  ["http://me:p/w@a:1/", "http://…@a:1/"],
  ["http://me:p#w@a:1/", "http://…@a:1/"],
  ["http://me:p?w@a:1/", "http://…@a:1/"],
  ["http://me:p w\n@a:1/", "http://…@a:1/"],
  ["http://me:p@w@a:1/", "http://…@a:1/"],
  ["api=http://me:p/w@a:1/", "api=http://…@a:1/"],
  ["htp://a:1/b?token=s3cret&full&x=1#y", "htp://a:1/b?token=…&full&x=…#y"],
  ["/run/app@2/token", "/run/app@2/token"],
  ["../app@2/token", "../app@2/token"],
])("%j is shown as %j", (word, shown) => {
  expect(quote(word)).toBe(JSON.stringify(shown));
});

test.each([probe, wait, watch, audit, fleet])("$name never repeats a password", async (command) => {
  for (const url of [
    "me:s3cret@127.0.0.1:1",
    "me:s3cret@shop.test",
    "http://me:s3c/ret@127.0.0.1:1/",
    "http://me:s3#cret@127.0.0.1:1/",
    "http://me:s3cret@127.0.0.1:0/",
    "http://me:12/s3cret@127.0.0.1:1/",
    "http://me/s3cret@127.0.0.1:1/",
    "http://me:p@127.0.0.1/s3cret@127.0.0.1:1/",
    "http://me@127.0.0.1:12/s3cret@127.0.0.1:1/",
    "http:me:s3cret@127.0.0.1:1/",
    " http://me:s3cret@127.0.0.1:0/",
  ]) {
    const { code, stdout, stderr } = await run(
      command,
      command === fleet ? ["--prometheus", url] : [url],
    );
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain("…@");
    expect(stderr).not.toMatch(/\bme\b|s3/);
  }
});

test.each([probe, wait, fleet])(
  "$name repeats of a wrong header its name alone",
  async (command) => {
    const url = "http://127.0.0.1:1/";
    const words = command === fleet ? ["--prometheus", url] : [url];
    for (const [header, shown] of [
      ["Authorization: Bearer s3cret\u0001", '"Authorization: …"'],
      ["Authorization Bearer s3cret", "another text"],
      ["Bearer s3cret: x\n", "another text"],
      ["s3cret", "another text"],
    ] as const) {
      const { code, stdout, stderr } = await run(command, [...words, "-H", header]);
      expect([code, stdout]).toEqual([64, ""]);
      expect(stderr).toContain(`-H must be a header, such as "host: shop.test", but is ${shown}.`);
      expect(stderr).not.toContain("s3cret");
    }
  },
);

const URL_HERE = "http://127.0.0.1:1/";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyZXQifQ.s3cretS3cretS3cret";

test.each([
  [
    probe,
    [URL_HERE, "--token-file", JWT],
    "--token-file names a file that cannot be read (ENOENT). Give the path of a file, and not the token itself.",
  ],
  [
    probe,
    [URL_HERE, "Authorization: Bearer s3cret"],
    '"Authorization: …" is a header, and no url. Did you forget -H in front of it?',
  ],
  [probe, [URL_HERE, "X-Team:s3cret"], '"X-Team: …" is a header, and no url. Did you forget -H'],
  [wait, [URL_HERE, "key: s3cret"], '"key: …" is a header, and no url. Did you forget -H'],
  [watch, ["X-Team:s3cret"], 'not "X-Team:…".'],
  [audit, [URL_HERE, "X-Team: s3cret"], 'was given "X-Team: …"'],
  [probe, [URL_HERE, "--as", "token=s3cret"], 'but is "token=***".'],
  [probe, [URL_HERE, "--expect-match", "password=s3cret("], 'but is "password=***".'],
  [probe, [URL_HERE, "--cacert", JWT], '--cacert names "***", which cannot be read'],
  [probe, ["https://hooks.slack.com:0/services/T0/B0/s3cret"], '"https://hooks.slack.com***"'],
  [serve, ["--config", "postgres://u:s3cret@h/db"], 'path of a file, but is "postgres://…@h/db".'],
  [
    serve,
    ["--host", "http://u:s3cret@127.0.0.1", "a=tcp://127.0.0.1:1"],
    'must be an address of this host, such as 127.0.0.1, but is "http://…@127.0.0.1".',
  ],
] as const)("a credential at a wrong place is not repeated: %#", async (command, words, said) => {
  const { code, stdout, stderr } = await run(command, words);
  expect([code, stdout]).toEqual([64, ""]);
  expect(stderr).toContain(said);
  expect(stderr).not.toMatch(/s3cret|eyJ/);
});

test("the path of a webhook is no part of a result", async () => {
  const path = "/hooks.slack.com/services/T0/B0/s3cret";
  const { code, stdout } = await run(probe, ["--timeout", "30s", `http://127.0.0.1:1${path}`]);
  expect([code, stdout]).toEqual([1, expect.stringContaining("hooks.slack.com/***")]);
  expect(targetsOf(["http://hooks.slack.com/services/T0/B0/s3cret"])[0]?.name).toBe(
    "hooks.slack.com/***",
  );
});

test("an assignment in front of a command is not repeated", async () => {
  const server = createServer((_, response) => void response.end());
  const { base, close } = await listenOnLoopback(server);
  onTestFinished(close);
  const { code, stderr } = await run(probe, ["-q", base, "--", "PASSWORD=s3cret", "node"]);
  expect([code, stderr]).toEqual([127, 'hale: "PASSWORD=***" was not found (ENOENT).\n']);
});
