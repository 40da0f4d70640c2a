import { spawn } from "node:child_process";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/node.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { serve } from "../_support/serve.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { installCommand } from "./_installed-command.ts";

const hale = installCommand();

/** A service of hale, whose database is up or down as the test says. */
async function startService() {
  let isUp = true;
  const health = createHealth({
    logger: false,
    defaults: { maxAge: 0 },
    checks: { database: async () => isUp },
  });
  const { port, close } = await listen(health, { port: 0, host: "127.0.0.1" });
  onTestFinished(async () => {
    await close();
    await health.close();
  });
  await health.whenReady();
  return {
    base: `http://127.0.0.1:${port}`,
    set: (next: boolean) => {
      isUp = next;
    },
  };
}

async function answering(listener: RequestListener): Promise<string> {
  const { base, close } = await serve(createServer(listener));
  onTestFinished(close);
  return `${base}/health`;
}

const PROBERS = ["kubelet", "haproxy", "envoy", "alb", "gcp", "docker", "consul"];

const json = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout);

/** The ids of what failed. */
const failedIn = (report: { audits: { id: string; status: string }[] }) =>
  report.audits.filter(({ status }) => status === "failed").map(({ id }) => id);

describe("an endpoint of hale", () => {
  test("breaks no rule, beside its liveness too", async () => {
    const { base } = await startService();
    const urls = ["--readiness", `${base}/health/ready`, "--liveness", `${base}/health/live`];
    const { code, stdout, stderr } = await hale.run([
      "audit",
      ...urls,
      "--strict",
      "--timeout",
      "9s",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`${base}/health/ready\n`);
    for (const prober of PROBERS) expect(stdout).toMatch(new RegExp(`^ {2}${prober} +yes `, "m"));
    expect(stdout).toMatch(/endpoint-latency: 1 at a time: p50 [\d.]+ ms, p99 [\d.]+ ms/);
    expect(stdout).toMatch(
      /\d+ audits: \d+ passed, 0 MUST failed, 0 SHOULD failed, 2 skipped\.\n$/,
    );
  });

  test("is audited while a dependency is down, once the operator has broken one", async () => {
    const { base, set } = await startService();
    const urls = ["--readiness", `${base}/health/ready`, "--liveness", `${base}/health/live`];
    const args = ["audit", ...urls, "--await-down", "60s", "--format", "json", "--timeout", "9s"];
    const child = spawn(hale.path, args);
    onTestFinished(() => void child.kill("SIGKILL"));
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      if (String(chunk).includes("Break a dependency")) set(false);
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    const report = json({ stdout });
    expect(failedIn(report)).toEqual([]);
    expect(code).toBe(0);
    const ids = report.audits.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(["endpoint-down", "endpoint-liveness-down"]));
    expect(ids).not.toContain("endpoint-draining");
  });

  test("that never fails is no proof, which the report says", async () => {
    const { base } = await startService();
    const args = ["audit", `${base}/health/ready`, "--await-down", "1s", "--format", "json"];
    const ended = await hale.run(args);
    expect(ended.code).toBe(1);
    expect(failedIn(json(ended))).toContain("endpoint-down");
    expect(ended.stdout).toContain("Readiness did not fail within 1s.");
  });
});

test("an endpoint over TLS, by its name, is audited at each address", async () => {
  const server = createTlsServer(CERTIFICATE, (_, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const url = `https://localhost:${port}/health?a=1`;
  const report = json(await hale.run(["audit", url, "--format", "json"]));
  expect(report.url).toBe(url);
  const observed = (id: string) =>
    report.audits.find((audit: { id: string }) => audit.id === id).observed;
  expect(observed("endpoint-alpn")).toBe("speaks HTTP/1 alone");
  expect(observed("endpoint-addresses")).toContain("127.0.0.1");
  expect(failedIn(report)).not.toContain("endpoint-up");
});

describe("an endpoint of another make", () => {
  const bad: RequestListener = ({ headers }, response) => {
    response.statusCode = headers.host?.startsWith("127.0.0.1") === true ? 200 : 400;
    response.setHeader("set-cookie", "sid=1");
    response.end("<p>\u001b[31mconnect to db.internal:5432</p>");
  };

  test("is told which rules it breaks, why, and where they are from", async () => {
    const { code, stdout, stderr } = await hale.run(["audit", await answering(bad)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain("MUST give the same answer for any Host");
    expect(stdout).toContain("(endpoint-host)");
    expect(stdout).toContain("From: Kubernetes, HTTP probes; AWS, health checks; RFC 9112");
    expect(stdout.indexOf("MUST NOT set a cookie")).toBeLessThan(
      stdout.indexOf("SHOULD answer POST with 405"),
    );
    expect(stdout).not.toContain("\u001b");
  });

  test("is reported in the format that is wanted", async () => {
    const url = await answering(bad);
    const run = (format: string) => hale.run(["audit", url, "--format", format]);
    const failed = failedIn(json(await run("json")));
    expect(failed).toContain("endpoint-no-cookie");
    const sarif = json(await run("sarif"));
    expect(sarif.version).toBe("2.1.0");
    const found = sarif.runs[0].results.filter(
      ({ ruleId, kind }: Record<string, string>) =>
        kind === "fail" && ruleId?.startsWith("endpoint"),
    );
    expect(found.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(failed);
    const { stdout, code } = await run("github");
    expect(code).toBe(1);
    expect(stdout).toContain("::error title=hale audit%3A endpoint-no-cookie::");
    for (const line of stdout.trimEnd().split("\n"))
      expect(line).toMatch(/^::(error|warning|notice) /);
  });

  test.each(["text", "json", "sarif", "github"])(
    "that repeats the credentials of its url is reported without them, in %s",
    async (format) => {
      const url = await answering(({ url: path = "" }, response) => {
        response.statusCode = path.endsWith("sesame") ? 200 : 404;
        response.end(`${performance.now()}: a1b2c3d4 of ${path.replace("%20", " ")}`);
      });
      const target = url.replace("/health", "/webhook/a1b2c3d4?token=open%20sesame");
      const { code, stdout, stderr } = await hale.run(["audit", target, "--format", format]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
      expect(stdout).toContain("/webhook/***");
      expect(stdout).not.toMatch(/a1b2|sesame/);
    },
  );

  test("that breaks a SHOULD alone fails with --strict alone", async () => {
    const good: RequestListener = ({ method }, response) => {
      const body = method === "HEAD" ? "" : "ok";
      response.writeHead(200, { "cache-control": "no-store", "content-length": 2 }).end(body);
    };
    const url = await answering(good);
    const args = ["audit", url, "--timeout", "9s"];
    expect(await hale.run(args)).toMatchObject({ code: 0 });
    expect(await hale.run([...args, "--strict"])).toMatchObject({ code: 1 });
    const rest = ["endpoint-post", "endpoint-nosniff", "endpoint-keep-alive"];
    const skips = rest.flatMap((id) => ["--skip", id]);
    expect(await hale.run([...args, "--strict", ...skips])).toMatchObject({ code: 0 });
  });

  test("has the verdict of each prober, by its own rules", async () => {
    const url = await answering(({ method }, response) => {
      response.writeHead(method === "OPTIONS" ? 404 : 204).end();
    });
    const { probers } = json(await hale.run(["audit", url, "--format", "json"]));
    const verdicts = probers.map(
      ({ prober, accepts, reason }: { prober: string; accepts: boolean; reason: string }) =>
        `${prober} ${accepts ? "yes" : "no"}, ${reason}`,
    );
    expect(verdicts).toEqual([
      "kubelet yes, success: status 204",
      "haproxy no, L7STS: wants 200 to 399, but OPTIONS /health over HTTP/1.0 is 404",
      "envoy no, unhealthy: wants 200, but GET /health is 204",
      "alb no, Target.ResponseCodeMismatch: wants 200, but GET /health is 204",
      "gcp no, UNHEALTHY: wants 200, but GET /health is 204",
      "docker yes, healthy: status 204",
      "consul yes, passing: status 204",
    ]);
  });

  test("that leads to another machine is not followed there", async () => {
    const url = await answering((_, response) => {
      response.writeHead(302, { location: "http://192.0.2.1/health" }).end();
    });
    const { probers } = json(await hale.run(["audit", url, "--format", "json"]));
    const consul = probers.find(({ prober }: { prober: string }) => prober === "consul");
    expect(consul).toMatchObject({
      accepts: false,
      reason: "critical: wants 200 to 299, but GET /health is 302",
    });
  });

  test("whose liveness follows its readiness is told so", async () => {
    const url = await answering((_, response) => response.writeHead(503).end());
    const args = ["audit", url, "--liveness", `${url}/live`, "--format", "json"];
    expect(failedIn(json(await hale.run(args)))).toContain("endpoint-liveness-differs");
  });

  test("receives some hundred requests, and 51 at a time at most", async () => {
    let count = 0;
    let inFlight = 0;
    let most = 0;
    const url = await answering((_, response) => {
      count++;
      most = Math.max(most, ++inFlight);
      setImmediate(() => {
        // Before the client has its response, and sends another request.
        inFlight--;
        response.end("ok");
      });
    });
    await hale.run(["audit", url, "--liveness", `${url}/live`]);
    expect(count).toBeGreaterThan(250);
    expect(count).toBeLessThan(500);
    expect(most).toBeLessThanOrEqual(51);
  });
});

describe("nothing at the address", () => {
  test.each(["text", "json", "sarif", "github"])("is said in %s, with 1", async (format) => {
    const port = await closedPort();
    const args = ["audit", `http://127.0.0.1:${port}/health`, "--format", format];
    const { code, stdout, stderr } = await hale.run(args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain("connection refused (ECONNREFUSED)");
  });

  test("that is no HTTP is said too, and so is an answer that does not come", async () => {
    const port = await startTcp((socket) => socket.end("220 mail.invalid ESMTP\r\n"));
    const noHttp = await hale.run(["audit", `http://127.0.0.1:${port}/health`]);
    expect(noHttp).toMatchObject({ code: 1, stderr: "" });
    expect(noHttp.stdout).toContain(": not an HTTP response");
    const silent = await hale.run(["audit", await answering(() => {})]);
    expect(silent.code).toBe(1);
    expect(silent.stdout).toContain("timed out after 10s, waiting for the response");
  });
});

describe("wrong use", () => {
  test.each([
    [[], "Expected a url, or --readiness."],
    [["ftp://127.0.0.1"], 'The url must begin with http:// or https://, but is "ftp://127.0.0.1".'],
    [
      ["http://user:pw@127.0.0.1/"],
      'must have no user and password, which probers do not send, but is "http://…@127.0.0.1/".',
    ],
    [["http://127.0.0.1/", "--readiness", "http://127.0.0.1/"], "Give the readiness endpoint once"],
    [
      ["http://127.0.0.1/", "--liveness", "/livez"],
      "--liveness must begin with http:// or https://",
    ],
    [
      ["http://192.0.2.1/health"],
      "192.0.2.1 is not on this machine. An audit sends hundreds of requests, 50 at a time: add --allow-remote if its owner agrees.",
    ],
    [["http://[2001:db8::1]:80/health"], "add --allow-remote"],
    [["http://127.0.0.1/", "--liveness", "http://192.0.2.1/"], "add --allow-remote"],
    [["http://service.invalid/"], "The name service.invalid cannot be resolved"],
    [["http://127.0.0.1/", "--skip", "endpoint-hots"], "Did you mean endpoint-host?"],
    [["http://127.0.0.1/", "--skip", "no-stroe"], "Did you mean endpoint-no-store?"],
    [
      ["http://127.0.0.1/", "--skip", "endpoint-xyz"],
      'but is "endpoint-xyz". The report has the id behind each broken rule, and with --format json every id.',
    ],
    [["http://127.0.0.1/", "--format", "xml"], "--format must be one of text, json, sarif, github"],
    [["http://127.0.0.1/", "--timeout", "1"], 'but is "1". Write the unit: 1s.'],
    [["http://127.0.0.1/", "--idle-timout", "60s"], "Did you mean --idle-timeout?"],
    [["http://127.0.0.1/", "http://127.0.0.1/"], "Expected at most 1 argument, but was given "],
  ])("%j is refused", async (args, message) => {
    const { code, stdout, stderr } = await hale.run(["audit", ...args]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain("hale audit: ");
    expect(stderr).toContain(message);
  });
});
