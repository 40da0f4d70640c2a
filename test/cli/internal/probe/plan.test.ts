import { describe, expect, test } from "vitest";
import { parseTarget } from "../../../../src/cli/internal/probe/target.ts";
import { probe } from "../../../../src/cli/probe.ts";
import { run } from "./_run.ts";

test.each([
  ["http://[::1]:8001/a", { address: { host: "::1", port: 8001 }, authority: "[::1]:8001" }],
  ["https://shop.test", { address: { host: "shop.test", port: 443 }, path: "/", secure: true }],
  ["HTTP://shop.test/a?b#c", { path: "/a?b", shown: "http://shop.test/a?b" }],
  ["http://shop.test:80/", { address: { host: "shop.test", port: 80 }, authority: "shop.test" }],
  ["http://a%3A:b%2F@c/", { authorization: `Basic ${btoa("a::b/")}`, shown: "http://c/" }],
  ["http://a:%zz@c/", { authorization: `Basic ${btoa("a:%zz")}` }],
  ["unix:/a.sock:/üb", { path: "/%C3%BCb", shown: "unix:/a.sock:/üb" }],
  ["unix:app.sock", { kind: "http", address: { path: "app.sock" }, path: "/" }],
  ["unix:///run/a.sock:/x?y", { address: { path: "/run/a.sock" }, path: "/x?y" }],
  ["unix:/run/app.sock://", { address: { path: "/run/app.sock" }, path: "//" }],
  ["unix:/s://x/y", { address: { path: "/s" }, authority: "localhost", path: "//x/y" }],
  ["unix:/s://[", { address: { path: "/s" }, path: "//[" }],
  ["unix:/s:/a@b:0/", { address: { path: "/s" }, authority: "localhost", path: "/a@b:0/" }],
  ["tcp://[::1]:5432/", { kind: "tcp", address: { host: "::1", port: 5432 } }],
  ["grpc://a:1/shop.v1.Pay%2Ements", { kind: "grpc", service: "shop.v1.Pay.ments", secure: false }],
  ["grpcs://a:1", { kind: "grpc", service: "", secure: true, shown: "grpcs://a:1" }],
])("%s is a target", (url, target) => {
  expect(parseTarget(url)).toMatchObject(target);
});

describe("wrong use is 64, and is described on stderr:", () => {
  test.each([
    [[], "Expected a url."],
    [
      ["localhost:80/health"],
      'Expected a url that begins with http://, https://, unix:, tcp://, grpc:// or grpcs://, not "localhost:80/health". Did you mean "http://localhost:80/health"?',
    ],
    [
      ["ftp://a/"],
      'Expected a url that begins with http://, https://, unix:, tcp://, grpc:// or grpcs://, not "ftp://a/".',
    ],
    [["http://"], '"http://" is no valid URL.'],
    [
      ["http:127.0.0.1:80/x"],
      'Expected a url that begins with http://, https://, unix:, tcp://, grpc:// or grpcs://, not "http:127.0.0.1:80/x". Did you mean "http://127.0.0.1:80/x"?',
    ],
    [["http:a/x"], '"http:a/x" is no valid URL. Did you mean "http://a/x"?'],
    [["https:///a/x"], '"https:///a/x" is no valid URL. Did you mean "https://a/x"?'],
    [["http:\\\\a\\x"], '"http:\\\\\\\\a\\\\x" is no valid URL. Did you mean "http://a\\\\x"?'],
    [["tcp:a:1"], '"tcp:a:1" is no valid URL. Did you mean "tcp://a:1"?'],
    [
      [" http://a/"],
      'Expected a url that begins with http://, https://, unix:, tcp://, grpc:// or grpcs://, not " http://a/". Did you mean "http://a/"?',
    ],
    [["http://a/ "], '"http://a/ " is no valid URL. Did you mean "http://a/"?'],
    [
      ["=http://a/x"],
      'Expected a url that begins with http://, https://, unix:, tcp://, grpc:// or grpcs://, not "=http://a/x". Did you mean "http://a/x"?',
    ],
    [
      ["api=http://a/x"],
      'Expected a url that begins with http://, https://, unix:, tcp://, grpc:// or grpcs://, not "api=http://a/x". Did you mean "http://a/x"?',
    ],
    [
      ["http://me:12/34@a/"],
      '"http://…@a/" has an "@" after its host. Write it as %40. Within a user or password, write "/", "?" and "#" as %2F, %3F and %23.',
    ],
    [["http://a b/"], '"http://a b/" is no valid URL.'],
    [["http://a:99999/"], '"http://a:99999/" is no valid URL.'],
    [["http://a:0/"], '"http://a:0/" has the port 0. Use 1 to 65535.'],
    [["tcp://db"], '"tcp://db" needs a host and a port: tcp://host:port.'],
    [["tcp://:5432"], '"tcp://:5432" is no valid URL.'],
    [["tcp://db:1/x"], '"tcp://db:1/x" has a path, which TCP does not. Write tcp://host:port.'],
    [["grpc://a"], '"grpc://a" needs a host and a port: grpc://host:port.'],
    [
      ["grpc://a:1/b/c"],
      '"grpc://a:1/b/c" has more than a service. Write grpc://host:port/service.',
    ],
    [["unix:"], '"unix:" is no Unix socket. Write it as unix:/run/app.sock:/health/ready.'],
    [["http://me:pw@a:0/"], '"http://…@a:0/" has the port 0. Use 1 to 65535.'],
    [
      ["--token-file", "/none", "tcp://a:1"],
      '--token-file is about HTTP, which "tcp://a:1" is not.',
    ],
    [
      ["--token-file", "/none", "--as", "kubelet", "grpc://a:1"],
      '--token-file is about HTTP, which "grpc://a:1" is not.',
    ],
    [["--all", "--any", "http://a"], "--all and --any cannot both be given."],
    [["--cert", "x", "https://a"], "--cert and --key are given together, or not at all."],
    [["--cacert", "/none", "https://a"], '--cacert names "/none", which cannot be read (ENOENT).'],
    [["--cacert", "/dev/null", "https://a"], "--cacert must name a file with certificates in PEM."],
    [
      ["--servername", "10.0.0.1", "https://a"],
      '--servername must be a host name, and no address (RFC 6066), but is "10.0.0.1".',
    ],
    [
      ["--token-file", "/dev/null", "http://a"],
      "--token-file must name a file with one token, in one line and without spaces.",
    ],
    [
      ["--expect-status", "700", "http://a"],
      '--expect-status must be status codes from 100 to 599, such as "200", "2xx" or "200-399", but is "700".',
    ],
    [
      ["--expect-status", "300-200", "http://a"],
      '--expect-status must be status codes from 100 to 599, such as "200", "2xx" or "200-399", but is "300-200".',
    ],
    [
      ["--expect-match", "(", "http://a"],
      '--expect-match must be a regular expression, but is "(".',
    ],
    [
      ["--expect-match=", "http://a"],
      '--expect-match must be a regular expression that is not empty, but is "".',
    ],
    [
      ["-H", "host: a", "-H", "Host: b", "http://a"],
      "--header is given twice for host, of which a request has one.",
    ],
    [
      ["--token-file", "/none", "-H", "Authorization: Basic eA==", "http://a"],
      "--token-file and an authorization header cannot both be given.",
    ],
    [
      ["--timeout", "9999999h", "http://a"],
      '--timeout must be at most 576h, which are 24 days, but is "9999999h".',
    ],
    [["--expect-text=", "http://a"], '--expect-text must be a text that is not empty, but is "".'],
    [
      ["--expect-json", "status=ok", "http://a"],
      '--expect-json must be a JSON pointer with a value, such as "/status=ok", but is "status=ok".',
    ],
    [
      ["--expect-header", "a b", "http://a"],
      '--expect-header must be the name of a header with a value, such as "content-type: /json/", but is "a b".',
    ],
    [
      ["-H", "x", "http://a"],
      '-H must be a header, such as "host: shop.test", but is another text.',
    ],
    [
      ["-H", "x: a\r\ny: b", "http://a"],
      '-H must be a header, such as "host: shop.test", but is "x: …".',
    ],
    [
      ["-X", "HEAD", "--expect-text", "ok", "http://a"],
      "A response to HEAD has no body for --expect-text.",
    ],
    [
      ["--expect-status", "200", "tcp://a:1"],
      '--expect-status is about HTTP, which "tcp://a:1" is not.',
    ],
    [
      ["--as", "kubelet", "unix:/a:/"],
      '--as kubelet asks http, https, tcp, grpc, not "unix:/a:/".',
    ],
    [
      ["--as", "gcp", "--expect-status", "200", "http://a"],
      "--expect-status cannot stand beside --as gcp, which has no such setting.",
    ],
    [
      ["--as", "alb", "--token-file", "/x", "http://a"],
      "--token-file cannot stand beside --as alb, which has no such setting.",
    ],
    [
      ["--as", "haproxy", "--expect-text", "x", "http://a"],
      "--expect-text cannot stand beside --as haproxy, which has no such setting.",
    ],
    [
      ["--as", "nginx", "http://a"],
      '--as must be one of kubelet, haproxy, envoy, alb, gcp, docker, consul, but is "nginx".',
    ],
    [["--for", "1s", "http://a"], "There is no flag --for."],
    [
      ["--timeout", "0s", "http://a"],
      '--timeout must be a duration such as "500ms", "30s" or "2m", of 1ms or more, but is "0s".',
    ],
    [["http://a", "--"], 'Expected command after "--".'],
  ])("%j", async (words, message) => {
    expect(await run(probe, words)).toEqual({
      code: 64,
      stdout: "",
      stderr: `hale probe: ${message}\nRun "hale probe --help" for flags and examples.\n`,
    });
  });

  test("a certificate and a key that TLS cannot use", async () => {
    const words = ["--cert", "package.json", "--key", "package.json", "https://a"];
    const { code, stderr } = await run(probe, words);
    expect(code).toBe(64);
    expect(stderr).toMatch(
      /^hale probe: --cacert, --cert or --key names a file that TLS cannot use: .+\.\n/,
    );
  });
});
