import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/node.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { makeFolder } from "../_support/folder.ts";
import { closedPort } from "../_support/tcp.ts";
import {
  startHttp,
  startHttps,
  startRaw,
  startResetting,
  startSilent,
  startUnix,
} from "./_endpoints.ts";
import { startGrpc } from "./_grpc-server.ts";
import { endOf, installCommand } from "./_installed-command.ts";
import { startInPty } from "./_pty.ts";
import { plain } from "./internal/probe/_run.ts";

const hale = installCommand();

/**
 * Runs `hale probe`, with time enough for a busy machine unless a test says how much; hosts and times become `HOST` and
 * `N ms` in what it wrote.
 */
async function probe(...args: readonly string[]) {
  const limit = args.some((arg) => /^(?:-t|--timeout)$/.test(arg)) ? [] : ["--timeout", "30s"];
  return plain(await hale.run(["probe", ...limit, ...args]));
}

const ended = (code: number, line: unknown) => ({
  code,
  stdout: typeof line === "string" ? `${line} in N ms\n` : line,
  stderr: "",
});
const healthy = (line: string) => ended(0, line);
const unhealthy = (line: unknown) => ended(1, line);

describe("over HTTP", () => {
  test("a healthy endpoint is 0, an unhealthy one 1, each with the reason in a line", async () => {
    const { port } = await startHttp();
    const base = `http://127.0.0.1:${port}`;
    expect(await probe("--expect-json", "/status=ok", `${base}/ok`)).toEqual(
      healthy("http://HOST/ok is healthy: status 200"),
    );
    expect(await probe(`${base}/failed`)).toEqual(
      unhealthy(
        'http://HOST/failed is unhealthy: expected status 200 to 299, received 503: {"status":"failed"}',
      ),
    );
    expect(await probe("--timeout", "50ms", `${base}/hang`)).toEqual(
      unhealthy(expect.stringMatching(/^http:\/\/HOST\/hang is unhealthy: timed out after 50ms, /)),
    );
  });

  test("a refused connection, a reset and a reply of another protocol are told apart", async () => {
    const refused = `http://127.0.0.1:${await closedPort()}/`;
    expect(await probe(refused)).toEqual(
      unhealthy("http://HOST/ is unhealthy: connection refused (ECONNREFUSED)"),
    );
    const { port: resetting } = await startResetting();
    expect(await probe(`http://127.0.0.1:${resetting}/`)).toEqual(
      unhealthy("http://HOST/ is unhealthy: connection reset (ECONNRESET)"),
    );
    const { port: smtp } = await startRaw("220 mail.test ESMTP\r\n");
    expect(await probe(`http://127.0.0.1:${smtp}/`)).toEqual(
      unhealthy(
        expect.stringMatching(
          /^http:\/\/HOST\/ is unhealthy: not an HTTP response \(HPE_\w+\) in N ms\n$/,
        ),
      ),
    );
    const { port: upgrading } = await startRaw(
      "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
    );
    expect(await probe(`http://127.0.0.1:${upgrading}/`)).toEqual(
      unhealthy("http://HOST/ is unhealthy: the server switched protocols (101)"),
    );
  });

  test("it sends a request that every server takes, with the headers, method and token that were given", async () => {
    const { port, received } = await startRaw("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    const file = join(makeFolder(), "token");
    writeFileSync(file, "0123456789abcdef\n");
    const flags = [
      "-X",
      "OPTIONS",
      "-H",
      "Host: shop.test",
      "-H",
      "x-empty:",
      "--token-file",
      file,
    ];
    expect((await probe(...flags, `http://127.0.0.1:${port}/a?b`)).code).toBe(0);
    expect((await probe(`http://me:pa%20ss@127.0.0.1:${port}`)).stdout).toMatch(
      /^http:\/\/HOST\/ is/,
    );
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(received.map((head) => head.split("\r\n"))).toEqual([
      [
        "OPTIONS /a?b HTTP/1.1",
        "host: shop.test",
        "connection: close",
        `user-agent: hale/${version}`,
        "accept: */*",
        "x-empty: ",
        "authorization: Bearer 0123456789abcdef",
        "",
        "",
      ],
      [
        "GET / HTTP/1.1",
        `host: 127.0.0.1:${port}`,
        "connection: close",
        "authorization: Basic bWU6cGEgc3M=",
        `user-agent: hale/${version}`,
        "accept: */*",
        "",
        "",
      ],
    ]);
  });
});

describe("over a Unix socket", () => {
  test("the path stands behind the socket's", async () => {
    const socket = join(makeFolder(), "app.sock");
    await startUnix(socket);
    expect(await probe(`unix:${socket}:/ok`)).toEqual(
      healthy(`unix:${socket}:/ok is healthy: status 200`),
    );
    expect(await probe(`unix://${socket}:/failed`)).toMatchObject({ code: 1 });
    expect(await probe(`unix:${socket}`)).toMatchObject({
      code: 1,
      stdout: `unix:${socket} is unhealthy: expected status 200 to 299, received 404: nothing here in N ms\n`,
    });
  });

  test("a path that begins with two slashes is sent as it is", async () => {
    const socket = join(makeFolder(), "app.sock");
    await startUnix(socket);
    for (const path of ["//", "//ok"]) {
      expect(await probe("--expect-status", "404", `unix:${socket}:${path}`)).toEqual(
        healthy(`unix:${socket}:${path} is healthy: status 404`),
      );
    }
  });

  test("a socket that is not there is unhealthy", async () => {
    const socket = join(makeFolder(), "none.sock");
    expect(await probe(`unix:${socket}:/ok`)).toEqual(
      unhealthy(`unix:${socket}:/ok is unhealthy: no such socket (ENOENT)`),
    );
  });
});

describe("over TLS", () => {
  const cacert = () => {
    const file = join(makeFolder(), "ca.pem");
    writeFileSync(file, CERTIFICATE.cert);
    return file;
  };

  test("a certificate is verified, by the authorities and the name that were given", async () => {
    const { port } = await startHttps();
    const url = `https://localhost:${port}/ok`;
    expect(await probe(url)).toEqual(
      unhealthy(
        "https://HOST/ok is unhealthy: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)",
      ),
    );
    expect(await probe("--cacert", cacert(), url)).toEqual(
      healthy("https://HOST/ok is healthy: status 200"),
    );
    expect(await probe("-k", url)).toEqual(healthy("https://HOST/ok is healthy: status 200"));
    const other = await probe("--cacert", cacert(), "--servername", "shop.test", url);
    expect(other.code).toBe(1);
    expect(other.stdout).toContain("(ERR_TLS_CERT_ALTNAME_INVALID)");
  });

  test("a client certificate is sent", async () => {
    const folder = makeFolder();
    const [cert, key] = ["cert", "key"].map((name) => join(folder, name)) as [string, string];
    writeFileSync(cert, CERTIFICATE.cert);
    writeFileSync(key, CERTIFICATE.key);
    const { port } = await startHttps({ requestCert: true, ca: CERTIFICATE.cert });
    const url = `https://localhost:${port}/ok`;
    const trust = ["--cacert", cert];
    expect(await probe(...trust, "--cert", cert, "--key", key, url)).toEqual(
      healthy("https://HOST/ok is healthy: status 200"),
    );
    expect((await probe(...trust, url)).code).toBe(1);
  });

  test("a server without TLS is unhealthy, in one line", async () => {
    const { port } = await startHttp();
    const { code, stdout } = await probe(`https://127.0.0.1:${port}/ok`);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^https:\/\/HOST\/ok is unhealthy: TLS handshake failed \(\w+\) in N ms\n$/,
    );
  });

  test("a handshake that never ends times out", async () => {
    const { port } = await startSilent();
    expect(await probe("-t", "50ms", `https://127.0.0.1:${port}/`)).toEqual(
      unhealthy(expect.stringMatching(/^https:\/\/HOST\/ is unhealthy: timed out after 50ms, /)),
    );
  });
});

describe("over TCP", () => {
  test("an accepted connection is healthy, a refused one is not", async () => {
    const { port } = await startSilent();
    expect(await probe(`tcp://127.0.0.1:${port}`)).toEqual(
      healthy("tcp://HOST is healthy: connection accepted"),
    );
    expect(await probe(`tcp://127.0.0.1:${await closedPort()}`)).toEqual(
      unhealthy("tcp://HOST is unhealthy: connection refused (ECONNREFUSED)"),
    );
  });
});

describe("over gRPC", () => {
  const statuses = { "": "SERVING", "shop.v1.Payments": "NOT_SERVING" } as const;

  test.each([
    ["", 0, "healthy: SERVING"],
    ["/shop.v1.Payments", 1, "unhealthy: NOT_SERVING"],
    ["/shop.v1.None", 1, /^unhealthy: gRPC status 5 NOT_FOUND/],
  ])("the service %j is asked about", async (service, code, reason) => {
    const port = await startGrpc({ statuses });
    const ended = await probe(`grpc://127.0.0.1:${port}${service}`);
    expect(ended.code).toBe(code);
    const [, given] = / is (.*) in N ms\n$/.exec(ended.stdout) ?? [];
    expect(given).toMatch(reason);
  });

  test("hale's own gRPC port is asked like any other", async () => {
    let up = true;
    const health = createHealth({
      checks: { database: async () => up },
      defaults: { maxAge: 0 },
      logger: false,
    });
    const server = await listen(health, { port: 0, host: "127.0.0.1", grpc: 0 });
    onTestFinished(() => server.close());
    const url = `grpc://127.0.0.1:${server.grpc?.port}`;
    expect(await probe(url)).toEqual(healthy("grpc://HOST is healthy: SERVING"));
    up = false;
    expect(await probe(url)).toEqual(unhealthy("grpc://HOST is unhealthy: NOT_SERVING"));
    expect((await probe(`${url}/liveness`)).code).toBe(0);
  });

  test("a server without the health service says so", async () => {
    const port = await startGrpc({});
    const { code, stdout } = await probe(`grpc://127.0.0.1:${port}`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^grpc:\/\/HOST is unhealthy: gRPC status 12 UNIMPLEMENTED/);
  });

  test("TLS is verified here too", async () => {
    const port = await startGrpc({ statuses, secure: true });
    expect(await probe("-k", `grpcs://localhost:${port}`)).toEqual(
      healthy("grpcs://HOST is healthy: SERVING"),
    );
    expect(await probe(`grpcs://localhost:${port}`)).toMatchObject({ code: 1 });
  });

  test("servers that speak something else, or nothing, are unhealthy", async () => {
    const { port: http } = await startHttp();
    expect((await probe(`grpc://127.0.0.1:${http}`)).code).toBe(1);
    const { port: silent } = await startSilent();
    expect(await probe("-t", "100ms", `grpc://127.0.0.1:${silent}`)).toEqual(
      unhealthy(expect.stringMatching(/^grpc:\/\/HOST is unhealthy: timed out after 100ms, /)),
    );
    expect(await probe(`grpc://127.0.0.1:${await closedPort()}`)).toEqual(
      unhealthy("grpc://HOST is unhealthy: connection refused (ECONNREFUSED)"),
    );
  });
});

describe("of several urls", () => {
  test("all must be healthy, with --any one; each has a line, in their order", async () => {
    const { port } = await startHttp();
    const good = `http://127.0.0.1:${port}/ok`;
    const bad = `http://127.0.0.1:${port}/failed`;
    expect((await probe(good, good)).code).toBe(0);
    const both = await probe(bad, good);
    expect(both.code).toBe(1);
    expect(both.stdout.split("\n").map((line) => line.slice(0, 30))).toEqual([
      "http://HOST/failed is unhealth",
      "http://HOST/ok is healthy: sta",
      "",
    ]);
    expect((await probe("--all", bad, good)).code).toBe(1);
    expect((await probe("--any", bad, good)).code).toBe(0);
    expect((await probe("--any", bad, bad)).code).toBe(1);
  });

  test("--any does not wait for the others", async () => {
    const { port } = await startHttp();
    const url = (path: string) => `http://127.0.0.1:${port}${path}`;
    const ended = await probe("--any", "--timeout", "1h", url("/hang"), url("/ok"));
    expect(ended).toEqual(healthy("http://HOST/ok is healthy: status 200"));
  });
});

test("--invert turns each result around, also those that failed", async () => {
  const { port } = await startHttp();
  const url = `http://127.0.0.1:${port}/ok`;
  expect(await probe("--invert", url)).toEqual(
    unhealthy("http://HOST/ok is unhealthy: status 200"),
  );
  expect(await probe("--invert", `tcp://127.0.0.1:${await closedPort()}`)).toEqual(
    healthy("tcp://HOST is healthy: connection refused (ECONNREFUSED)"),
  );
});

test("--retries makes more attempts, and the last one counts", async () => {
  const { port, received } = await startRaw("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
  const last = await probe("--retries", "2", "--interval", "1ms", `http://127.0.0.1:${port}/`);
  expect(received).toHaveLength(3);
  expect(last).toEqual({
    code: 1,
    stdout:
      "http://HOST/ is unhealthy: expected status 200 to 299, received 503 in N ms, attempt 3\n",
    stderr: "",
  });
});

describe("its output", () => {
  test("a pattern that takes years ends with the timeout", async () => {
    const { port } = await startRaw(`HTTP/1.1 200 OK\r\n\r\n${"a".repeat(100)}b`);
    const url = `http://127.0.0.1:${port}/`;
    const { code, stdout } = await probe("-t", "3s", "--expect-match", "^(?:a+)+$", url);
    expect(code).toBe(1);
    expect(stdout).toContain("timed out after 3s, matching /^(?:a+)+$/u");
  });

  test("-q writes nothing, and the exit code remains", async () => {
    const { port } = await startHttp();
    const nothing = { stdout: "", stderr: "" };
    expect(await probe("-q", `http://127.0.0.1:${port}/ok`)).toEqual({ code: 0, ...nothing });
    expect(await probe("-q", "--json", `http://127.0.0.1:${port}/failed`)).toEqual({
      code: 1,
      ...nothing,
    });
  });

  test("a disk that is full, or a reader that has gone, changes no exit code", async () => {
    const { port } = await startHttp();
    const shell = (path: string, redirect: string) => {
      const url = `http://127.0.0.1:${port}${path}`;
      const script = `"$0" probe --timeout 30s "$1" ${redirect}`;
      return endOf("bash", ["-c", script, hale.path, url]);
    };
    const lost = "hale: The output could not be written (ENOSPC).\n";
    expect(await shell("/ok", "> /dev/full")).toEqual({ code: 0, stdout: "", stderr: lost });
    expect(await shell("/failed", "> /dev/full")).toEqual({ code: 1, stdout: "", stderr: lost });
    const gone = `| true; exit \${PIPESTATUS[0]}`;
    expect(await shell("/ok", gone)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await shell("/failed", gone)).toEqual({ code: 1, stdout: "", stderr: "" });
  });

  test("--json writes one line", async () => {
    const { port } = await startHttp();
    const refused = await closedPort();
    const urls = [`http://127.0.0.1:${port}/ok`, `http://me:secret@127.0.0.1:${refused}/`];
    const { code, stdout } = await hale.run(["probe", "--json", ...urls]);
    expect(code).toBe(1);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual({
      healthy: false,
      targets: [
        {
          url: urls[0],
          healthy: true,
          reason: "status 200",
          status: 200,
          attempts: 1,
          duration: expect.any(Number),
        },
        {
          url: `http://127.0.0.1:${refused}/`,
          healthy: false,
          reason: "connection refused (ECONNREFUSED)",
          code: "ECONNREFUSED",
          attempts: 1,
          duration: expect.any(Number),
        },
      ],
    });
  });

  test("it is coloured on a terminal alone, and not with NO_COLOR", async () => {
    const { port } = await startHttp();
    const args = ["probe", "--timeout", "30s", `http://127.0.0.1:${port}/ok`];
    const written = async (env: Record<string, string>) => {
      const program = startInPty(hale.path, args, { columns: 80, rows: 24, env });
      await program.ended;
      return program.written();
    };
    expect(await written({})).toContain("is \u001b[32mhealthy\u001b[39m: status 200");
    expect(await written({ NO_COLOR: "1" })).toContain("is healthy: status 200");
  });

  test("a command after -- has stdout for itself, and its exit code counts", async () => {
    const { port } = await startHttp();
    const url = `http://127.0.0.1:${port}/ok`;
    const script = ["node", "-e", "console.log(process.argv.slice(1).join()); process.exit(7)"];
    expect(await probe(url, "--", ...script, "a b", "$HOME")).toEqual({
      code: 7,
      stdout: "a b,$HOME\n",
      stderr: "http://HOST/ok is healthy: status 200 in N ms\n",
    });
  });

  test("a command is not run when an endpoint is unhealthy", async () => {
    const { port } = await startHttp();
    const { code, stdout } = await probe(`http://127.0.0.1:${port}/failed`, "--", "echo", "run");
    expect(code).toBe(1);
    expect(stdout).not.toContain("run");
  });

  test("a command that is not there is 127, one that cannot be run 126, and one ended by signal n 128 + n", async () => {
    const { port } = await startHttp();
    const url = `http://127.0.0.1:${port}/ok`;
    expect(await probe("-q", url, "--", "no-such-program")).toEqual({
      code: 127,
      stdout: "",
      stderr: 'hale: "no-such-program" was not found (ENOENT).\n',
    });
    const folder = makeFolder();
    expect(await probe("-q", url, "--", folder)).toEqual({
      code: 126,
      stdout: "",
      stderr: `hale: "${folder}" cannot be run (EACCES).\n`,
    });
    for (const [program, error] of [
      ["./package.json/x", "ENOTDIR"],
      ["x".repeat(5000), "ENAMETOOLONG"],
    ] as const) {
      const { code, stderr } = await probe("-q", url, "--", program);
      expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 126, lines: 2 });
      expect(stderr).toContain(`cannot be run (${error}).`);
    }
    expect((await probe("-q", url, "--", "sh", "-c", "kill -9 $$")).code).toBe(137);
  });
});

test.each([
  [[], "Expected a url."],
  [["http://a", "--", ""], 'The command after "--" is empty.'],
  [["http://a:0/"], '"http://a:0/" has the port 0. Use 1 to 65535.'],
  [["--timeuot", "1s", "http://a"], "There is no flag --timeuot. Did you mean --timeout?"],
  [["--expect-match", "(", "http://a"], '--expect-match must be a regular expression, but is "(".'],
])("%j is wrong use", async (words, message) => {
  expect(await hale.run(["probe", ...words])).toEqual({
    code: 64,
    stdout: "",
    stderr: `hale probe: ${message}\nRun "hale probe --help" for flags and examples.\n`,
  });
});

describe("dist/probe.cjs, one file", () => {
  /** Runs it as `COPY --from` leaves it: alone in a folder that cannot be written, with no environment. */
  async function alone(...args: readonly string[]) {
    const folder = join(makeFolder(), "image");
    mkdirSync(folder);
    const file = join(folder, "probe.cjs");
    copyFileSync(join(hale.folder, "node_modules/hale/dist/probe.cjs"), file);
    chmodSync(folder, 0o555);
    const readOnly = ["unshare", "--mount", "--", "sh", "-c"];
    const script =
      'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"';
    const asRoot = process.getuid?.() === 0 ? [...readOnly, script, folder] : [];
    const [program = "", ...words] = [...asRoot, "env", "-i", process.execPath, file, ...args];
    return endOf(program, words, { cwd: folder });
  }

  test("asks over HTTP, TLS, TCP and gRPC, and waits", async () => {
    const { port } = await startHttp();
    const { port: secure } = await startHttps();
    const grpc = await startGrpc({ statuses: { "": "SERVING" } });
    const urls = [
      `http://127.0.0.1:${port}/ok`,
      `https://127.0.0.1:${secure}/ok`,
      `tcp://127.0.0.1:${port}`,
      `grpc://127.0.0.1:${grpc}`,
    ];
    const { code, stdout, stderr } = await alone("-k", ...urls);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.match(/ is healthy: /g)).toHaveLength(4);
    expect(await alone("probe", "-q", `http://127.0.0.1:${port}/failed`)).toMatchObject({
      code: 1,
    });
    expect(await alone("wait", "--for", "1s", "-q", `http://127.0.0.1:${port}/ok`)).toMatchObject({
      code: 0,
    });
    expect(await alone("--as", "haproxy", `http://127.0.0.1:${port}/ok`)).toMatchObject({
      code: 0,
    });
  });

  test("masks the credentials of a URL, by rules that it holds itself", async () => {
    const { port } = await startHttp();
    const { code, stdout } = await alone(`http://127.0.0.1:${port}/ok?token=hunter2`);
    expect([code, stdout]).toEqual([0, expect.stringContaining("/ok?token=*** is healthy")]);
  });

  test("describes wrong use, and its flags", async () => {
    expect(await alone()).toMatchObject({ code: 64, stdout: "" });
    expect((await alone("--help")).stdout).toContain("hale probe [flags] <url…>");
    expect((await alone("wait", "--help")).stdout).toContain("hale wait [flags] <url…>");
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await alone("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("loads of Node what HTTP needs alone, until TLS or HTTP/2 is asked for", async () => {
    const { port } = await startHttp();
    const file = join(hale.folder, "node_modules/hale/dist/probe.cjs");
    const listing = join(makeFolder(), "modules.cjs");
    writeFileSync(
      listing,
      'process.on("exit", () => console.log(process.moduleLoadList.filter((name) => /^NativeModule (tls|https|http2|dgram|child_process|http)$/.test(name)).join()));',
    );
    const loaded = async (...args: string[]) =>
      (await endOf(process.execPath, ["--require", listing, file, "-q", ...args])).stdout.trim();
    expect(await loaded(`http://127.0.0.1:${port}/ok`)).toBe("NativeModule http");
    expect(await loaded("-k", `https://127.0.0.1:${port}/ok`)).toContain("NativeModule tls");
  });
});
