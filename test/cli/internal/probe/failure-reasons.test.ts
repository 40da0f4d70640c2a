import { expect, test } from "vitest";
import { probe } from "../../../../src/cli/probe.ts";
import { IS_LLHTTP_8 } from "../../../_support/http-parser.ts";
import { startRaw } from "../../_endpoints.ts";
import { plain, run } from "./_run.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const END = "\r\n\r\n";

test.each([
  [
    "more headers than Node reads",
    `${OK}x: ${"a".repeat(20_000)}${END}`,
    "response headers over 16 KiB",
  ],
  ["a status that is no number", `HTTP/1.1 2x0 OK${END}`, "malformed status line"],
  ["another version", `HTTP/3.0 200 OK${END}`, "not an HTTP/1 response"],
  ["another protocol", "220 mail.test ESMTP\r\n", "not an HTTP response"],
  ["a length that is no number", `${OK}content-length: x${END}`, "malformed Content-Length"],
  [
    "two lengths",
    `${OK}content-length: 0\r\ncontent-length: 1${END}`,
    "more than one Content-Length, or one beside Transfer-Encoding",
  ],
  ["a broken chunk", `${OK}transfer-encoding: chunked${END}x\r\n`, "malformed chunked body"],
  ["a body that is cut off", `${OK}transfer-encoding: chunked${END}5\r\nab`, "connection reset"],
])("%s is told in plain words", async (_, reply, words) => {
  const { port } = await startRaw(reply);
  const ended = await run(probe, ["--timeout", "30s", `http://127.0.0.1:${port}/`]);
  const { code, stdout } = plain(ended);
  expect(code).toBe(1);
  const [, reason, errorCode] = / is unhealthy: (.*) \((\w+)\) in N ms\n$/.exec(stdout) ?? [];
  expect(reason).toBe(words);
  expect(errorCode).toMatch(/^(?:HPE_[A-Z_]+|ECONNRESET)$/);
});

test("a header without a name is told in plain words, but for a parser that takes it", async () => {
  const { port } = await startRaw(`${OK}: x${END}`);
  const ended = await run(probe, ["--timeout", "30s", `http://127.0.0.1:${port}/`]);
  expect(plain(ended).stdout).toMatch(
    IS_LLHTTP_8
      ? / is healthy: status 200 in N ms\n$/
      : / is unhealthy: malformed response header \(HPE_\w+\) in N ms\n$/,
  );
});
