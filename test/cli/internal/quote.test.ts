import { expect, test } from "vitest";
import { audit } from "../../../src/cli/audit.ts";
import { fleet } from "../../../src/cli/fleet.ts";
import { quote } from "../../../src/cli/internal/quote.ts";
import { probe } from "../../../src/cli/probe.ts";
import { wait } from "../../../src/cli/wait.ts";
import { watch } from "../../../src/cli/watch.ts";
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
