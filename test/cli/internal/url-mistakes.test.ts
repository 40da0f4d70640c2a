import { describe, expect, test } from "vitest";
import { parseUrlOfHttp } from "../../../src/cli/internal/url-mistakes.ts";
import { UsageError } from "../../../src/cli/internal/usage-error.ts";

describe("a URL of HTTP", () => {
  test.each(["http://127.0.0.1:8000/health", "https://me:p%40ss@host/?a=b"])(
    "%s is taken",
    (text) => {
      expect(parseUrlOfHttp(text).href).toBe(text);
    },
  );

  test.each(["ftp://host", "127.0.0.1:9090", "host", "", "grpc://host"])(
    "%j must have a scheme of HTTP",
    (text) => {
      expect(() => parseUrlOfHttp(text)).toThrow(
        new UsageError("must begin with http:// or https://"),
      );
    },
  );

  test.each([
    "http:host",
    "http:/host",
    "http:///host",
    "http:\\\\host",
    " http://host",
    "http://a/b c",
  ])("%j must be written as it is read", (text) => {
    expect(() => parseUrlOfHttp(text)).toThrow(
      new UsageError("must have two slashes after its scheme, a host after these, and no spaces"),
    );
  });

  test.each(["http://me:12/34@host/", "http://me:p@ss/12@host/"])(
    "%s must have its credentials in front of its host, and is not quoted",
    (text) => {
      expect(() => parseUrlOfHttp(text)).toThrow(/^must have its last "@" in front of its host\./);
    },
  );
});
