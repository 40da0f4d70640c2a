import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { makeFolder } from "../_support/folder.ts";
import { startProgram } from "../_support/program.ts";
import { serve } from "../_support/serve.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { startSilent } from "./_endpoints.ts";
import { startGrpc } from "./_grpc-server.ts";
import { installCommand } from "./_installed-command.ts";
import { startInPty } from "./_pty.ts";

const hale = installCommand();

const TOKEN = "0123456789abcdef";

/** A service of hale whose database is up or down, as the test says. */
async function startService() {
  let isUp = true;
  const health = createHealth({
    logger: false,
    defaults: { maxAge: 0 },
    http: { tokens: [TOKEN] },
    checks: {
      database: async () => {
        if (!isUp) throw new Error("connect ECONNREFUSED db.internal");
      },
    },
  });
  const server = createServer();
  attach(server, health);
  const { base, close } = await serve(server);
  onTestFinished(close);
  await health.whenReady();
  return {
    url: `${base}/health/deep`,
    set: (next: boolean) => {
      isUp = next;
    },
  };
}

const QUICK = ["--interval", "100ms"];

/** Starts `hale watch` in a terminal. */
const watchIn = (columns: number, args: readonly string[], env = {}) =>
  startInPty(hale.path, ["watch", ...args], { columns, rows: 12, env });

/** Runs `hale watch` until it has written so many lines, and ends it as Ctrl-C does. */
async function watchUntil(count: number, ...args: readonly string[]) {
  const watch = startProgram(hale.path, { through: [], args: ["watch", ...args] });
  await watch.line("Z ", count);
  watch.signal("SIGINT");
  const { code, lines } = await watch.ended;
  return { code, lines };
}

/** Leaves a busy machine time for the first response. */
const PATIENT = ["--timeout", "30s"];

/** The state of a process as Linux names it: `T` is stopped. */
function stateOf(pid: number): string | undefined {
  return /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}

describe("in a terminal", () => {
  test("of 80 columns, the table is written again in place, and stays at the end", async () => {
    const service = await startService();
    const view = watchIn(80, [
      `api=${service.url}`,
      `gone=http://127.0.0.1:${await closedPort()}/`,
      ...QUICK,
    ]);
    await view.until(([, api, gone]) => / up /.test(api ?? "") && / down /.test(gone ?? ""));
    expect(view.shown()).toBe("alternate");
    expect(view.screen()[0]).toBe("NAME     STATUS   SINCE    LATENCY CHANGED  REASON");
    expect(view.screen()).toHaveLength(3);
    expect(view.screen()[2]).toContain(" connection refused (ECONNREFUSED)");
    service.set(false);
    await view.until(([, api]) =>
      /^api +down +\d+s +\S+ m?s +\d\d:\d\d:\d\d +database failed$/.test(api ?? ""),
    );
    expect(view.screen()).toHaveLength(3);
    service.set(true);
    await view.until(([, api]) => /^api +up +\d+s +\S+ m?s +\d\d:\d\d:\d\d$/.test(api ?? ""));

    view.type("\u0003");
    expect(await view.ended).toEqual({ code: 1, signal: 0 });
    expect(view.shown()).toBe("normal");
    expect(view.screen().map((line) => line.split(" ")[0])).toEqual(["NAME", "api", "gone"]);
    // The cursor and the wrapping of long lines are on again.
    for (const mode of [7, 25]) {
      const last = (end: string) => view.written().lastIndexOf(`\u001b[?${mode}${end}`);
      expect(last("h")).toBeGreaterThan(last("l"));
    }
  });

  test("of 200 columns, it has the date of the last change, and what the status was", async () => {
    const service = await startService();
    const view = watchIn(200, [`api=${service.url}`, ...QUICK]);
    await view.until(([, api]) => / up /.test(api ?? ""));
    service.set(false);
    await view.until(([, api]) =>
      /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(was up\) +database failed$/.test(api ?? ""),
    );
    expect(view.screen()[0]).toContain("LAST CHANGE");
  });

  test("that is resized, the table has the new width, with nothing left of the old one", async () => {
    const service = await startService();
    const view = watchIn(200, [`a-service-of-${"long".repeat(20)}=${service.url}`, ...QUICK]);
    await view.until(
      (lines) => lines[0]?.includes("LAST CHANGE") === true && / up /.test(lines[1] ?? ""),
    );
    view.resize(80, 12);
    await view.until(
      (lines) => lines[0]?.includes("CHANGED") === true && / up /.test(lines[1] ?? ""),
    );
    expect(view.screen()).toHaveLength(2);
    expect(view.screen()[1]).toMatch(/^a-service-of-….*long +up /);
    view.resize(38, 12);
    await view.until(([head]) => /^NAME +STATUS +REASON$/.test(head ?? ""));
    expect(view.screen()).toHaveLength(2);
  });

  test("of fewer lines than endpoints, what is down comes first, and the others are counted", async () => {
    const service = await startService();
    const others = Array.from({ length: 20 }, (_, index) => `api-${index}=${service.url}`);
    const view = watchIn(80, [...others, `gone=http://127.0.0.1:${await closedPort()}/`, ...QUICK]);
    await view.until(
      (lines) => lines[1]?.startsWith("gone ") === true && / up /.test(lines[2] ?? ""),
    );
    expect(view.screen()).toHaveLength(12);
    expect(view.screen().at(-1)).toBe("and 11 more");
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("%s restores it too", async (signal) => {
    const service = await startService();
    const view = watchIn(80, [service.url, ...QUICK]);
    await view.until(([, line]) => / up /.test(line ?? ""));
    process.kill(view.pid, signal);
    expect(await view.ended).toMatchObject({ code: 0 });
    expect(view.shown()).toBe("normal");
    expect(view.screen().at(-1)).toMatch(/ up /);
  });

  test("a stop gives it back, and a continuation takes it again", async () => {
    const service = await startService();
    const view = watchIn(80, [service.url, ...QUICK]);
    await view.until(([, line]) => / up /.test(line ?? ""));
    process.kill(view.pid, "SIGTSTP");
    await view.until(() => view.shown() === "normal");
    // A shell continues a program once it has seen it stop.
    while (stateOf(view.pid) !== "T") await new Promise<void>(setImmediate);
    process.kill(view.pid, "SIGCONT");
    await view.until(([, line]) => view.shown() === "alternate" && / up /.test(line ?? ""));
  });

  test("colours show the status, unless NO_COLOR is set", async () => {
    const service = await startService();
    const coloured = watchIn(80, [service.url, ...QUICK]);
    await coloured.until(([, line]) => / up /.test(line ?? ""));
    expect(coloured.written()).toContain("\u001b[32mup");
    const plain = watchIn(80, [service.url, ...QUICK], { NO_COLOR: "1" });
    await plain.until(([, line]) => / up /.test(line ?? ""));
    expect(plain.written()).not.toContain("\u001b[32m");
  });

  test("that understands no commands gets lines", async () => {
    const service = await startService();
    const view = watchIn(80, [`api=${service.url}`, "--for", "3s"], { TERM: "dumb" });
    expect(await view.ended).toMatchObject({ code: 0 });
    expect(view.written()).toMatch(/^\S+Z api up \S+ms\r\n$/);
  });
});

describe("without a terminal", () => {
  test("each change is a line, and the last status decides the exit code", async () => {
    const service = await startService();
    const child = spawn(hale.path, ["watch", `api=${service.url}`, ...QUICK]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines: string[] = [];
    const line = async () => {
      const [chunk] = await once(child.stdout, "data");
      lines.push(...String(chunk).trimEnd().split("\n"));
    };
    await line();
    service.set(false);
    await line();
    service.set(true);
    await line();
    service.set(false);
    await line();
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(1);
    const UTC = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`${UTC} api up [\\d.]+ms$`)),
      expect.stringMatching(new RegExp(`${UTC} api down [\\d.]+ms database failed$`)),
      expect.stringMatching(new RegExp(`${UTC} api up [\\d.]+ms$`)),
      expect.stringMatching(new RegExp(`${UTC} api down [\\d.]+ms database failed$`)),
    ]);
  });

  test("with an access token the reason is that of the check", async () => {
    const service = await startService();
    service.set(false);
    const reason = "database: connect ECONNREFUSED db.internal";
    const file = join(makeFolder(), "token");
    writeFileSync(file, `${TOKEN}\n`);
    expect(await watchUntil(1, service.url, ...PATIENT, "--token-file", file)).toEqual({
      code: 1,
      lines: [expect.stringContaining(reason)],
    });
  });

  test("ports, Unix sockets and gRPC servers are watched too", async () => {
    const folder = makeFolder();
    const socket = join(folder, "app.sock");
    const server = createServer((_, response) => response.end('{"status":"degraded"}'));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    onTestFinished(() => void server.close());
    const port = await startTcp((connection) => connection.end());
    const targets = [
      `tcp://127.0.0.1:${port}`,
      `unix:${socket}`,
      `grpc://127.0.0.1:${await closedPort()}`,
    ];
    const { code, lines } = await watchUntil(3, ...targets, ...PATIENT);
    expect(code).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(/Z tcp:\/\/127\.0\.0\.1:\d+ up /));
    expect(lines).toContainEqual(expect.stringMatching(/Z unix:\S+ degraded /));
    expect(lines).toContainEqual(expect.stringMatching(/Z grpc:\S+ down - \S/));
  });

  test("a reader that goes away ends it without a word", async () => {
    const service = await startService();
    let isUp = true;
    const toggle = setInterval(() => {
      isUp = !isUp;
      service.set(isUp);
    }, 150);
    onTestFinished(() => clearInterval(toggle));
    const command = `${hale.path} watch api=${service.url} --interval 100ms | head -1`;
    const pipe = startProgram("-c", { through: ["sh"], args: [command], group: true });
    const { lines } = await pipe.ended;
    expect(lines).toEqual([expect.stringMatching(/^\S+ api (?:up|down) /)]);
  });
});

test.each([
  ["1s by default", [], "1s"],
  ["-t", ["-t", "250ms"], "250ms"],
  ["--timeout", ["--timeout", "250ms"], "250ms"],
])("an endpoint that does not respond in time is down: %s", async (_, flags, limit) => {
  const { port } = await startSilent();
  const endpoint = `api=http://127.0.0.1:${port}/`;
  expect(await watchUntil(1, endpoint, ...flags)).toEqual({
    code: 1,
    lines: [expect.stringMatching(new RegExp(`^\\S+ api down - timed out after ${limit}, `))],
  });
});

describe("over TLS", () => {
  /** A server whose certificate no usual authority has signed, the tokens that it received, and files for flags. */
  async function startTls() {
    const tokens: (string | undefined)[] = [];
    const server = createTlsServer(CERTIFICATE, ({ headers }, response) => {
      tokens.push(headers.authorization);
      response.end('{"status":"ok"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const folder = makeFolder();
    const [cacert, token] = [join(folder, "ca.pem"), join(folder, "token")];
    writeFileSync(cacert, CERTIFICATE.cert);
    writeFileSync(token, TOKEN);
    const url = `api=https://localhost:${port}/`;
    const watch = (...flags: readonly string[]) =>
      watchUntil(1, url, ...PATIENT, "--token-file", token, ...flags);
    return { tokens, cacert, watch };
  }

  test("a server that cannot be verified is down, and receives no token", async () => {
    const { tokens, cacert, watch } = await startTls();
    const down = / api down - self-signed certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/;
    expect(await watch()).toEqual({ code: 1, lines: [expect.stringMatching(down)] });
    const { lines } = await watch("--cacert", cacert, "--servername", "shop.test");
    expect(lines).toEqual([expect.stringContaining("(ERR_TLS_CERT_ALTNAME_INVALID)")]);
    expect(tokens).toEqual([]);
  });

  test.each([
    ["--cacert", (cacert: string) => ["--cacert", cacert]],
    ["-k", () => ["-k"]],
    ["--insecure", () => ["--insecure"]],
  ])("with %s it is up, and receives the token", async (_, flags) => {
    const { tokens, cacert, watch } = await startTls();
    expect(await watch(...flags(cacert))).toEqual({
      code: 0,
      lines: [expect.stringMatching(/^\S+ api up /)],
    });
    expect(new Set(tokens)).toEqual(new Set([`Bearer ${TOKEN}`]));
  });

  test("gRPC is verified too", async () => {
    const port = await startGrpc({ statuses: { "": "SERVING" }, secure: true });
    const url = `api=grpcs://localhost:${port}`;
    expect((await watchUntil(1, url, ...PATIENT)).code).toBe(1);
    expect((await watchUntil(1, url, ...PATIENT, "-k")).code).toBe(0);
  });
});

describe("wrong use", () => {
  const { folder } = hale;
  writeFileSync(join(folder, "empty"), "\n");
  writeFileSync(join(folder, "two"), "a b\n");

  test.each([
    [[], "Expected a url."],
    [["ftp://a"], "Expected a url that begins with http://"],
    [["api="], "Expected a url that begins with http://"],
    [
      ["http://a/health", "http://a/health"],
      'Two endpoints are named "a/health". Give one a name: name=url.',
    ],
    [["http://a", "--interval", "10ms"], "--interval must be a duration"],
    [["http://a", "-t", "10ms"], "-t must be a duration"],
    [["http://a", "--timeout", "soon"], "--timeout must be a duration"],
    [["http://a", "--token-file", join(folder, "none")], "a file that cannot be read (ENOENT)"],
    [
      ["http://a", "--token-file", join(folder, "empty")],
      "--token-file must name a file with one token",
    ],
    [
      ["http://a", "--token-file", join(folder, "two")],
      "--token-file must name a file with one token",
    ],
    [
      ["https://a", "--cacert", join(folder, "empty")],
      "--cacert must name a file with certificates",
    ],
    [["https://a", "--cert", "x"], "--cert and --key are given together, or not at all."],
    [["http://a", "--intervall", "1s"], "Did you mean --interval?"],
  ])("%j is refused", async (args, message) => {
    const { code, stdout, stderr } = await hale.run(["watch", ...args]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(`hale watch: `);
    expect(stderr).toContain(message);
  });
});
