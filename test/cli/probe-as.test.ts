import { describe, expect, test } from "vitest";
import { PROBERS } from "../../src/cli/internal/probe/probers/probers.ts";
import { probe } from "../../src/cli/probe.ts";
import { IS_LLHTTP_8 } from "../_support/http-parser.ts";
import { closedPort } from "../_support/tcp.ts";
import { rowsOf, sectionOf } from "../house/_pages.ts";
import { startHttp, startHttps, startRaw, startSilent } from "./_endpoints.ts";
import { startGrpc } from "./_grpc-server.ts";
import { installCommand } from "./_installed-command.ts";
import { EQUAL_LENGTHS, ODD_REPLIES } from "./_odd-replies.ts";
import { run } from "./internal/probe/_run.ts";

const hale = installCommand();

/** What a prober concludes of a url: healthy or not, in its own word, and why. */
async function conclusion(prober: string, url: string, ...flags: readonly string[]) {
  const { code, stdout } = await run(probe, ["--json", "--as", prober, ...flags, url]);
  const [target] = JSON.parse(stdout).targets;
  expect(target.prober).toBe(prober);
  expect(target.healthy).toBe(code === 0);
  return `${target.healthy ? "yes" : "no"} ${target.verdict}: ${target.reason}`;
}

const LIMIT = ["--timeout", "30s"];

const STAGES = ["connect", "handshake", "response", "body"] as const;

describe.each([
  {
    prober: "kubelet",
    paths: {
      "/ok": "yes success: status 200",
      "/failed": "no failure: status 503",
      "/moved": "yes success: status 200",
      "/moved-to-failed": "no failure: status 503",
      "/login": "yes warning: status 302, a redirect to http://***@login.invalid/?next=/",
      "/no-location": "yes warning: status 304",
      "/loop": "no failure: more than 10 redirects",
      "/busy": "no failure: status 429",
      // It reads 10 KiB, and waits for no more.
      "/endless": "yes success: status 200",
    },
  },
  {
    prober: "haproxy",
    paths: {
      "/ok": "yes L7OK: status 200",
      "/failed": "no L7STS: status 503",
      "/login": "yes L7OK: status 302, a redirect to http://***@login.invalid/?next=/",
      "/slow-body": "yes L7OK: status 200",
    },
  },
  {
    prober: "envoy",
    paths: {
      "/ok": "yes healthy: status 200",
      "/empty": "no unhealthy: status 204",
      "/degraded": "yes degraded: status 200",
      "/moved": "no unhealthy: status 301, a redirect to /ok",
    },
  },
  {
    prober: "alb",
    paths: {
      "/ok": "yes healthy: status 200",
      "/empty": "no Target.ResponseCodeMismatch: status 204",
      "/moved": "no Target.ResponseCodeMismatch: status 301, a redirect to /ok",
    },
  },
  {
    prober: "gcp",
    paths: {
      "/ok": "yes HEALTHY: status 200",
      "/empty": "no UNHEALTHY: status 204",
      "/moved": "no UNHEALTHY: status 301, a redirect to /ok",
    },
  },
  {
    prober: "docker",
    paths: {
      "/ok": "yes healthy: status 200",
      "/moved": "yes healthy: status 301, a redirect to /ok",
      "/nowhere": "no unhealthy: status 404",
    },
  },
  {
    prober: "consul",
    paths: {
      "/ok": "yes passing: status 200",
      "/empty": "yes passing: status 204",
      "/busy": "yes warning: status 429",
      "/failed": "no critical: status 503",
      "/moved": "yes passing: status 200",
      "/moved-to-failed": "no critical: status 503",
      "/no-location": "no critical: status 304",
      "/loop": "no critical: more than 10 redirects",
    },
  },
])("--as $prober", ({ prober, paths }) => {
  test.each(Object.entries(paths))("%s is %s", async (path, expected) => {
    const { port } = await startHttp();
    expect(await conclusion(prober, `http://127.0.0.1:${port}${path}`, ...LIMIT)).toBe(expected);
  });
});

describe("what is sent", () => {
  test.each([
    [
      "kubelet",
      "/readyz",
      [
        "GET /readyz HTTP/1.1",
        "host: HOST",
        "connection: close",
        "user-agent: kube-probe/1.36",
        "accept: */*",
      ],
    ],
    ["haproxy", "/", ["OPTIONS / HTTP/1.0"]],
    [
      "envoy",
      "/readyz",
      ["GET /readyz HTTP/1.1", "host: HOST", "connection: close", "user-agent: Envoy/HC"],
    ],
    [
      "alb",
      "/",
      ["GET / HTTP/1.1", "host: HOST", "connection: close", "user-agent: ELB-HealthChecker/2.0"],
    ],
    ["gcp", "/", ["GET / HTTP/1.1", "host: HOST", "connection: close", "user-agent: GoogleHC/1.0"]],
    [
      "docker",
      "/",
      ["GET / HTTP/1.1", "host: HOST", "connection: close", "user-agent: curl/8", "accept: */*"],
    ],
    [
      "consul",
      "/",
      [
        "GET / HTTP/1.1",
        "host: HOST",
        "connection: close",
        "user-agent: Consul Health Check",
        "accept: text/plain, text/*, */*",
      ],
    ],
  ])("%s", async (prober, path, lines) => {
    const { port, received } = await startRaw("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    const url = `http://127.0.0.1:${port}${path}`;
    expect(await conclusion(prober, url, ...LIMIT)).toMatch(/^yes/);
    const heads = received.map((head) =>
      head.replaceAll(`127.0.0.1:${port}`, "HOST").split("\r\n"),
    );
    expect(heads).toEqual([[...lines, "", ""]]);
  });

  test("what a prober can be told, it is told", async () => {
    const { port, received } = await startRaw("HTTP/1.0 204 No Content\r\n\r\n");
    const url = `http://127.0.0.1:${port}/health`;
    const flags = ["-X", "GET", "-H", "host: shop.test", "--expect-status", "204"];
    expect(await conclusion("haproxy", url, ...flags, ...LIMIT)).toBe("yes L7OK: status 204");
    expect(received).toEqual(["GET /health HTTP/1.0\r\nhost: shop.test\r\n\r\n"]);
  });

  test("an access token does not follow a redirect to another host", async () => {
    const other = await startRaw("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    const first = await startRaw(
      `HTTP/1.1 302 Found\r\nlocation: http://localhost:${other.port}/\r\ncontent-length: 0\r\n\r\n`,
    );
    const url = `http://127.0.0.1:${first.port}/`;
    await conclusion("consul", url, "-H", "authorization: Bearer 0123456789abcdef", ...LIMIT);
    expect(first.received.join()).toContain("Bearer");
    expect(other.received).toHaveLength(1);
    expect(other.received.join()).not.toContain("Bearer");
  });
});

describe("what fails before there is a response", () => {
  test.each([
    ["kubelet", "failure"],
    ["haproxy", "L4CON"],
    ["envoy", "unhealthy"],
    ["alb", "Target.FailedHealthChecks"],
    ["gcp", "UNHEALTHY"],
    ["docker", "unhealthy"],
    ["consul", "critical"],
  ])("a refused connection is %s %s", async (prober, verdict) => {
    expect(await conclusion(prober, `http://127.0.0.1:${await closedPort()}/`)).toBe(
      `no ${verdict}: connection refused (ECONNREFUSED)`,
    );
  });

  test.each([
    ["kubelet", "failure"],
    ["haproxy", "L[47]TOUT"],
    ["alb", "Target.Timeout"],
    ["gcp", "TIMEOUT"],
  ])("a response that does not come is %s %s", async (prober, verdict) => {
    const { port } = await startSilent();
    const url = `http://127.0.0.1:${port}/`;
    expect(await conclusion(prober, url, "--timeout", "50ms")).toMatch(
      new RegExp(`^no ${verdict}: timed out after 50ms, `),
    );
  });

  test("haproxy tells by the layer how far an attempt had come", () => {
    const { failed } = PROBERS.haproxy;
    const timeouts = STAGES.map((stage) => failed({ code: "HALE_TIMEOUT", stage }));
    expect(timeouts).toEqual(["L4TOUT", "L6TOUT", "L7TOUT", "L7TOUT"]);
    const resets = STAGES.map((stage) => failed({ code: "ECONNRESET", stage }));
    expect(resets).toEqual(["SOCKERR", "SOCKERR", "SOCKERR", "SOCKERR"]);
    const others = STAGES.map((stage) => failed({ code: "", stage }));
    expect(others).toEqual(["L4CON", "L6RSP", "L7RSP", "L7RSP"]);
  });

  test("haproxy tells a reply of another protocol from none", async () => {
    const { port: smtp } = await startRaw("220 mail.test ESMTP\r\n\r\n");
    expect(await conclusion("haproxy", `http://127.0.0.1:${smtp}/`, ...LIMIT)).toBe(
      "no L7RSP: not an HTTP response",
    );
    const { port: closing } = await startRaw("");
    expect(await conclusion("haproxy", `http://127.0.0.1:${closing}/`, ...LIMIT)).toBe(
      "no L7RSP: not an HTTP response",
    );
  });
});

describe("a reply that is not quite HTTP", () => {
  const LENIENT = ["kubelet", "docker", "consul", "envoy"];

  test.each(Object.entries(ODD_REPLIES))("with %s is read by lenient probers", async (_, reply) => {
    const { port } = await startRaw(reply);
    for (const prober of LENIENT) {
      expect(await conclusion(prober, `http://127.0.0.1:${port}/`, ...LIMIT)).toMatch(
        /^yes \w+: status 200$/,
      );
    }
  });

  test("is refused by those whose parser is not known, and two equal lengths by all", async () => {
    const { port: odd } = await startRaw(ODD_REPLIES["lines that end with LF alone"]);
    const { port: equal } = await startRaw(EQUAL_LENGTHS);
    for (const prober of ["alb", "gcp"]) {
      expect(await conclusion(prober, `http://127.0.0.1:${odd}/`, ...LIMIT)).toMatch(
        IS_LLHTTP_8 ? /^no \S+: malformed / : /^no \S+: malformed line ending/,
      );
    }
    for (const prober of LENIENT) {
      expect(await conclusion(prober, `http://127.0.0.1:${equal}/`, ...LIMIT)).toMatch(
        /^no \w+: more than one Content-Length/,
      );
    }
  });
});

test("certificates are verified by those probers that verify them", async () => {
  const { port } = await startHttps();
  const url = `https://localhost:${port}/ok`;
  const verifying: string[] = [];
  for (const prober of Object.keys(PROBERS)) {
    const concluded = await conclusion(prober, url, ...LIMIT);
    if (concluded.startsWith("no")) verifying.push(prober);
  }
  expect(verifying).toEqual(["haproxy", "docker", "consul"]);
});

test("TCP and gRPC have the words of the prober too", async () => {
  const { port } = await startSilent();
  expect(await conclusion("haproxy", `tcp://127.0.0.1:${port}`, ...LIMIT)).toBe(
    "yes L4OK: connection accepted",
  );
  const grpc = await startGrpc({ statuses: { "": "SERVING", down: "NOT_SERVING" } });
  expect(await conclusion("kubelet", `grpc://127.0.0.1:${grpc}`, ...LIMIT)).toBe(
    "yes success: SERVING",
  );
  expect(await conclusion("consul", `grpc://127.0.0.1:${grpc}/down`, ...LIMIT)).toBe(
    "no critical: NOT_SERVING",
  );
});

test("the line on stdout names the prober and its word", async () => {
  const { port } = await startHttp();
  const url = `http://127.0.0.1:${port}/login`;
  const { stdout } = await hale.run(["probe", "--as", "kubelet", ...LIMIT, url]);
  expect(stdout).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/login is healthy to kubelet \(warning\): status 302, a redirect to http:\/\/\*\*\*@login\.invalid\/\?next=\/ in \d+ ms\n$/,
  );
});

test("the table of the page says what the rules are", () => {
  const rows = rowsOf(sectionOf("docs/command/probe.md", "## What a prober would conclude"));
  const seconds = (milliseconds: number) => `${milliseconds / 1000} s`;
  expect(rows.map(([name, schemes, , , timeout]) => [name, schemes, timeout])).toEqual(
    Object.entries(PROBERS).map(([name, { schemes, timeout }]) => [
      `\`${name}\``,
      schemes.join(", "),
      seconds(timeout),
    ]),
  );
});
