// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of the configuration.

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { makeFolder } from "../_support/folder.ts";
import { isAlive } from "../_support/is-alive.ts";
import { type Program, startProgram } from "../_support/program.ts";
import { closedPort } from "../_support/tcp.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { redis as redisServer } from "../servers/redis.ts";
import { installCommand } from "./_installed-command.ts";

const command = installCommand();

let redis: RunningServer;
beforeAll(async () => {
  redis = await redisServer.start();
});
afterAll(() => redis.stop());

/** A folder with the drivers of the tests, as a user's has them. */
function folderWithDrivers(): string {
  const folder = makeFolder();
  symlinkSync(join(process.cwd(), "test/node_modules"), join(folder, "node_modules"));
  return folder;
}

interface Served {
  readonly program: Program;
  readonly url: string;
  readonly folder: string;
  /** Writes the file anew, and asks for it to be read. */
  reload(config: string): void;
}

/** Serves a file until the end of the test. */
async function serve(config: string, args: readonly string[] = [], env = {}): Promise<Served> {
  const folder = folderWithDrivers();
  const file = join(folder, "hale.yaml");
  writeFileSync(file, config);
  const program = startProgram(command.path, {
    through: [],
    args: ["serve", "--port", "0", "--host", "127.0.0.1", ...args],
    env,
    cwd: folder,
  });
  const [, url = ""] = /at (http:\S+\/),/.exec(await program.line("listening at")) ?? [];
  return {
    program,
    url,
    folder,
    reload(text) {
      writeFileSync(file, text);
      program.signal("SIGHUP");
    },
  };
}

const bodyOf = async (url: string, path = "/health/deep/") => {
  const { status, body } = await ask(url, "GET", path);
  return [status, body];
};

/** A program beside, which answers what it is to. */
async function startBeside() {
  const asked: (string | undefined)[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    asked.push(request.headers.host);
    response.writeHead(status).end('{"state":"fine"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/ping/`,
    asked,
    answer(code: number) {
      status = code;
    },
  };
}

describe("the checks of a file", () => {
  test("are served, over drivers of the folder", async () => {
    const { url, program } = await serve(`checks: { cache: "${redis.url}" }\n`);
    await until("its driver is loaded", async () => (await bodyOf(url))[0] === 200);
    expect(await bodyOf(url)).toEqual([200, '{"status":"healthy","checks":{"cache":"ok"}}']);
    expect(await bodyOf(url, "/health/")).toEqual([200, '{"status":"ok"}']);
    expect(await bodyOf(url, "/health/startup/")).toEqual([200, '{"status":"ok"}']);
    expect(await bodyOf(url, "/")).toEqual([200, '{"status":"ok"}']);
    expect((await ask(url, "GET", "/health/deep?format=prometheus")).body).toContain("cache");
    program.signal("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, signal: null });
  });

  test("fail, and recover, with their servers", async () => {
    const server = await redisServer.start();
    onTestFinished(() => server.stop());
    const { url } = await serve(`
checks:
  cache: { url: "${server.url}", maxAge: 0 }
  jobs: { queue: jobs, url: "${server.url}", waiting: { degraded: 1 }, maxAge: 0 }
  beat: { heartbeat: beat, url: "${server.url}", maxAge: 0, critical: false }
`);
    const is = async (text: string) => (await bodyOf(url)).join() === text;
    await until("it is well", () =>
      is('200,{"status":"degraded","checks":{"cache":"ok","jobs":"ok","beat":"failed"}}'),
    );
    await server.kill();
    await until("it is not", () =>
      is('503,{"status":"unhealthy","checks":{"cache":"failed","jobs":"failed","beat":"failed"}}'),
    );
    await server.restart();
    await until("it is well again", () =>
      is('200,{"status":"degraded","checks":{"cache":"ok","jobs":"ok","beat":"failed"}}'),
    );
  });

  test("may be in groups, have tokens, and answer from a thread", async () => {
    const config = `
listen: { thread: true, interval: 100ms }
checks:
  stores: { group: { cache: "${redis.url}", disk: { exec: ["true"] } } }
  shop: { group: [stores] }
http: { tokens: ["\${TOKEN}"], expose: status }
`;
    const { url } = await serve(config, [], { TOKEN: "0123456789abcdef" });
    await until("it is ready", async () => (await ask(url, "GET", "/readyz")).status === 200);
    expect((await ask(url, "GET", "/health/deep/shop")).status).toBe(404);
    const headers = { Authorization: "Bearer 0123456789abcdef" };
    const { status, body } = await ask(url, "GET", "/health/deep/shop", { headers });
    expect(status).toBe(200);
    expect(Object.keys(JSON.parse(body).checks)).toEqual(["stores.cache", "stores.disk"]);
  });

  test("are found in the environment, and by words, whose names do not collide", async () => {
    const { url, program } = await serve("", ["--from-env", "words=${WORDS_URL}"], {
      REDIS_URL: redis.url,
      WORDS_URL: redis.url,
      SHOP_HOME_URL: "https://shop.example",
      ETCD_ENDPOINTS: "http://127.0.0.1:2379",
    });
    await program.line(
      'the variable SHOP_HOME_URL became no check: What an HTTP service is to answer is not known. Give it as name=${SHOP_HOME_URL}, or by the key "http" of a check in a file.',
    );
    await program.line(
      "the variable ETCD_ENDPOINTS became no check: hale serve has no check for it.",
    );
    await until("their driver is loaded", async () => {
      const { checks } = JSON.parse((await ask(url, "GET", "/health/deep")).body);
      return checks.words === "ok" && checks.redis === "ok";
    });
  });
});

describe("a program beside", () => {
  test("holds startup until it is up, and fails liveness after that", async () => {
    const beside = await startBeside();
    beside.answer(503);
    const { url } = await serve(`
checks:
  web:
    http: ${beside.url}
    headers: { Host: shop.example }
    expect: { json: { /state: fine } }
    scope: process
    maxAge: 0
`);
    expect(await bodyOf(url, "/health/startup")).toEqual([503, '{"status":"failed"}']);
    expect(await bodyOf(url, "/health/ready")).toEqual([503, '{"status":"failed"}']);
    beside.answer(200);
    await until("it has started", async () => (await bodyOf(url, "/health/startup"))[0] === 200);
    expect(await bodyOf(url, "/health/live")).toEqual([200, '{"status":"ok"}']);
    beside.answer(500);
    expect(await bodyOf(url, "/health/live")).toEqual([503, '{"status":"failed"}']);
    expect(await bodyOf(url, "/health/startup")).toEqual([200, '{"status":"ok"}']);
    expect(new Set(beside.asked)).toEqual(new Set(["shop.example"]));
  });

  test("is reached at a Unix socket", async () => {
    const path = join(makeFolder(), "web.sock");
    const server = createServer((request, response) => response.end(request.url));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    const { url } = await serve(`
checks:
  web: { http: "http://localhost/ping?a=1", socket: ${path}, scope: process, expect: { text: "/ping?a=1" } }
`);
    await until("it has started", async () => (await bodyOf(url, "/readyz"))[0] === 200);
  });
});

describe("SIGHUP", () => {
  test("takes a right file, and the same connections are answered on", async () => {
    const { url, program, reload } = await serve("checks: { a: { exec: ['true'] } }\n");
    expect(await bodyOf(url)).toEqual([200, '{"status":"healthy","checks":{"a":"ok"}}']);
    reload("checks: { b: { exec: ['false'] } }\nhttp: { paths: { deep: /deep } }\n");
    await program.line("configuration reloaded, with 1 check: b");
    expect(await bodyOf(url, "/deep")).toEqual([
      503,
      '{"status":"unhealthy","checks":{"b":"failed"}}',
    ]);
    expect((await bodyOf(url))[0]).toBe(404);
  });

  test("keeps the configuration when the file is wrong, and says what is wrong with it", async () => {
    const { url, program, reload } = await serve("checks: { a: { exec: ['true'] } }\n");
    reload("checks: { a: { exec: 'true' } }\n");
    await program.line("configuration refused, and the previous one kept:");
    await program.line(
      "hale.yaml:1:22: checks.a.exec must be a list of one or more, but is a string.",
    );
    await program.line("    |                      ^^^^^^");
    expect(await bodyOf(url)).toEqual([200, '{"status":"healthy","checks":{"a":"ok"}}']);
  });

  test("does nothing where nothing has changed", async () => {
    const { program, reload } = await serve("checks: { a: { exec: ['true'] } }\n");
    reload("# the same\nchecks: { a: { exec: ['true'] } }\n");
    await program.line("configuration read again: nothing has changed");
  });

  test("reads secrets anew, and lets those in that have them, from the thread too", async () => {
    const secret = join(makeFolder(), "token");
    writeFileSync(secret, "0123456789abcdef\n");
    const config = `
listen: { thread: true }
http: { expose: status, tokens: ["\${file:${secret}}"] }
checks: { a: { exec: ["true"] } }
`;
    const { url, program, reload } = await serve(config);
    const seesChecks = async (token: string) => {
      const headers = { Authorization: `Bearer ${token}` };
      return "checks" in JSON.parse((await ask(url, "GET", "/health/deep", { headers })).body);
    };
    expect(await seesChecks("0123456789abcdef")).toBe(true);
    writeFileSync(secret, "fedcba9876543210\n");
    reload(config);
    await program.line("configuration reloaded");
    await until("the new one counts", () => seesChecks("fedcba9876543210"));
    expect(await seesChecks("0123456789abcdef")).toBe(false);
  });

  test("changes how the same port is served, and another one when it says so", async () => {
    const check = "checks: { a: { exec: ['true'] } }\n";
    const [first, second] = [await closedPort(), await closedPort()];
    const listen = (more: string) => `listen: { host: 127.0.0.1, ${more} }\n`;
    const folder = folderWithDrivers();
    const file = join(folder, "hale.yaml");
    writeFileSync(file, `${check}${listen(`port: ${first}`)}`);
    const program = startProgram(command.path, { through: [], args: ["serve"], cwd: folder });
    await program.line("listening at");
    const isReady = async (port: number) =>
      (await ask(`http://127.0.0.1:${port}/`, "GET", "/readyz")).status === 200;
    let count = 0;
    for (const [more, port] of [
      [`port: ${first}, thread: true, interval: 100ms`, first],
      [`port: ${first}, thread: true, interval: 200ms`, first],
      [`port: ${second}`, second],
    ] as const) {
      writeFileSync(file, `${check}${listen(more)}`);
      program.signal("SIGHUP");
      await program.line("configuration reloaded", ++count);
      await until("it is ready", () => isReady(port));
    }
    await expect(isReady(first)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("to a port that is taken keeps the configuration, and its port", async () => {
    const { url, program, reload } = await serve("checks: { a: { exec: ['true'] } }\n", [], {});
    const folder = folderWithDrivers();
    const port = await closedPort();
    const text = (at: number) => `checks: {}\nlisten: { host: 127.0.0.1, port: ${at} }\n`;
    writeFileSync(join(folder, "hale.yaml"), text(port));
    const other = startProgram(command.path, { through: [], args: ["serve"], cwd: folder });
    await other.line("listening at");
    writeFileSync(join(folder, "hale.yaml"), text(Number(new URL(url).port)));
    other.signal("SIGHUP");
    await other.line("EADDRINUSE");
    expect((await ask(`http://127.0.0.1:${port}/`, "GET", "/readyz")).status).toBe(200);
    reload("checks: {}\n");
    await program.line("configuration reloaded, with no checks");
  });

  test("that comes with SIGTERM is no longer of any effect", async () => {
    const { program, reload } = await serve("checks: {}\ndrain: { min: 1s, quiet: 0 }\n");
    program.signal("SIGTERM");
    await program.line("shutdown started");
    reload("checks: { a: { exec: ['true'] } }\n");
    const { code, lines } = await program.ended;
    expect(code).toBe(0);
    expect(lines.join("\n")).not.toContain("reloaded");
  });
});

describe("SIGTERM", () => {
  test.each(["", "listen: { thread: true }\n"])(
    "fails readiness until each prober knows, and ends with 0 (%j)",
    async (listen) => {
      const { url, program, reload } = await serve(`${listen}checks: { a: { exec: ["true"] } }\n`);
      await until("it is ready", async () => (await ask(url, "GET", "/readyz")).status === 200);
      await ask(url, "GET", "/readyz");
      // A prober is known to the health that takes another's place.
      reload(`${listen}checks: { b: { exec: ["true"] } }\n`);
      await program.line("configuration reloaded");
      // The thread tells of its probers ten times a second.
      let asked = 0;
      await until("it has asked again and again", async () => {
        await ask(url, "GET", "/readyz");
        return ++asked === 50;
      });
      program.signal("SIGTERM");
      await program.line("every recent prober (1)");
      for (let received = 0; received < 3; ) {
        const { status } = await ask(url, "GET", "/readyz");
        if (status === 503) received++;
        expect((await ask(url, "GET", "/livez")).status).toBe(200);
      }
      expect(await program.ended).toMatchObject({ code: 0 });
    },
  );

  test("in Kubernetes is followed by five seconds in which probes are answered", async () => {
    const { program } = await serve("checks: {}\n", [], { KUBERNETES_SERVICE_HOST: "10.0.0.1" });
    program.signal("SIGTERM");
    expect(await program.line("shutdown started")).toContain("waiting for 5 s to pass");
  });
});

test.each([
  ["alone", ""],
  ["under an agent that records exceptions", 'process.on("uncaughtException", () => {});'],
])(
  "after a driver that throws in a callback it drains, logs no credentials, and ends with 1, %s",
  async (_, agent) => {
    const folder = makeFolder();
    mkdirSync(join(folder, "node_modules/pg"), { recursive: true });
    // The driver answers, and fails beside when it is told to.
    const driver = `
    process.on("SIGUSR2", () => setImmediate(() => {
      throw new Error("lost postgres://me:s3cret@db/shop");
    }));
    exports.Pool = class {
      async query() { return { rows: [] }; }
      on() {}
      async end() {}
    };`;
    writeFileSync(join(folder, "node_modules/pg/index.js"), driver);
    const preload = join(folder, "agent.cjs");
    writeFileSync(preload, agent);
    const args = [
      "serve",
      "--port",
      "0",
      "--host",
      "127.0.0.1",
      "database=postgres://127.0.0.1/shop",
    ];
    const program = startProgram(command.path, {
      through: [],
      args,
      cwd: folder,
      env: { NODE_OPTIONS: `--require ${preload}` },
    });
    await program.line("check database is");
    program.signal("SIGUSR2");
    const { code, lines } = await program.ended;
    const log = lines.join("\n");
    expect(code).toBe(1);
    expect(log).toMatch(/uncaught exception: .*lost postgres:.*db\/shop\n +at /);
    expect(log).toContain("draining");
    expect(log).toMatch(/shutdown finished in .*exit code 1/);
    expect(log).not.toMatch(/s3cret|Internal error/);
  },
);

test("http.format is the format of callers that request none", async () => {
  const { url } = await serve("http: { format: { readiness: spring } }\n");
  expect((await ask(url, "GET", "/readyz")).body).toBe('{"status":"UP","components":{}}');
  expect((await ask(url, "GET", "/livez")).body).toBe('{"status":"ok"}');
});

describe("the log", () => {
  test("is lines of JSON where they are wanted", async () => {
    const { program } = await serve("checks: { a: { exec: ['false'] } }\nlog: json\n");
    const line = JSON.parse(await program.line('"check":"a"'));
    expect(line).toMatchObject({ level: "warn", check: "a", from: "unknown", to: "down" });
    expect(new Date(line.time).getTime()).not.toBeNaN();
  });

  test("is not, where it is off", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "hale.yaml"), "checks: { a: { exec: ['false'] } }\n");
    const port = await closedPort();
    const args = ["serve", "--log", "off", "--host", "127.0.0.1", "--port", String(port)];
    const program = startProgram(command.path, { through: [], args, cwd: folder });
    const deep = () => ask(`http://127.0.0.1:${port}/`, "GET", "/health/deep");
    await until("it answers", () =>
      deep().then(
        ({ status }) => status === 503,
        () => false,
      ),
    );
    program.signal("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, lines: [] });
  });
});

describe("it ends at once", () => {
  const run = (args: readonly string[], files: Readonly<Record<string, string>> = {}) => {
    const cwd = makeFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return command.run(["serve", ...args], { cwd });
  };

  test("with 0 after --check, which connects to nothing", async () => {
    const text = "checks: { a: postgres://127.0.0.1/shop, b: { group: [a] } }\n";
    expect(await run(["--check"], { "hale.yaml": text })).toEqual({
      code: 0,
      stdout: "hale.yaml is valid: 1 check: a.\n",
      stderr: "",
    });
  });

  test("with 78 for a wrong file, with --check and without", async () => {
    for (const args of [["--check"], []]) {
      const ended = await run(["--config", "x.json", ...args], { "x.json": '{"checks": 1}' });
      expect(ended).toEqual({
        code: 78,
        stdout: "",
        stderr:
          'x.json:1:12: checks must be a mapping of names of 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, but is a number.\n' +
          '  1 | {"checks": 1}\n    |            ^\n',
      });
    }
  });

  test("with 64 for a URL whose password is not percent-encoded, as it was built", async () => {
    const { code, stderr } = await run(["--check", "a=postgres://u:hunter2%zz@127.0.0.1/x"]);
    expect([code, stderr]).toEqual([64, expect.stringContaining("HALE_BAD_URL")]);
    expect(stderr).not.toContain("hunter2");
  });

  test("with 78 for a format that a service cannot choose", async () => {
    const { code, stderr } = await run(["--check"], { "hale.yaml": "http: { format: html }\n" });
    expect(code).toBe(78);
    expect(stderr).toContain("http.format must be");
  });

  test("with 78 for a file that cannot be read", async () => {
    expect(await run(["--config", "none.yaml"])).toMatchObject({
      code: 78,
      stderr: "none.yaml: The file cannot be read: ENOENT.\n",
    });
  });

  test("with 64 for wrong use, and shows no URL", async () => {
    expect(await run([])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("Expected a name=url, --config, --from-env"),
    });
    const { code, stderr } = await run(["redis://u:hunter2@127.0.0.1"]);
    expect([code, stderr]).toEqual([64, expect.stringContaining("must be a check as name=url")]);
    expect(stderr).not.toContain("hunter2");
    expect(await run(["--prot", "1"])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("Did you mean --port?"),
    });
  });

  test("with 1 where the port is not available", async () => {
    const args = ["--host", "127.0.0.1", "--port", String(redis.port), "a=tcp://127.0.0.1:1"];
    expect(await run(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("HALE_LISTEN_FAILED"),
    });
  });

  test.each([
    ["its port", "port: TAKEN"],
    ["its port of gRPC", "port: 0, grpc: TAKEN"],
    ["the port of its thread", "thread: true, port: TAKEN"],
  ])("with 1 where %s is taken, whatever its checks wait for", async (_, listen) => {
    const folder = folderWithDrivers();
    const file = join(folder, "hale.yaml");
    writeFileSync(
      file,
      `
listen: { host: 127.0.0.1, ${listen.replace("TAKEN", String(redis.port))} }
checks:
  web: { http: "http://127.0.0.1:${await closedPort()}/", scope: process }
  worker: { exec: [sleep, "600"], scope: process, interval: 100ms }
  cache: { url: "${redis.url}", interval: 100ms }
`,
    );
    expect(await command.run(["serve", "--config", file], { cwd: folder })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("HALE_LISTEN_FAILED"),
    });
    const checked = await command.run(["serve", "--config", file, "--check"], { cwd: folder });
    expect(checked).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a command that runs", () => {
  const CHECK = `{ exec: [sh, -c, "echo $$ >> pids; exec sleep 600"], interval: 100ms, timeout: 10m }`;

  /** Opens the ports of a process once the command runs. */
  const LISTEN_LATER = `
import { existsSync, readFileSync } from "node:fs";
import { Server } from "node:net";
const { listen } = Server.prototype;
Server.prototype.listen = function (...given) {
  const timer = setInterval(() => {
    if (!existsSync("pids") || !readFileSync("pids", "utf8").endsWith("\\n")) return;
    clearInterval(timer);
    listen.apply(this, given);
  }, 10);
  return this;
};
`;

  /** Resolves once the commands that have run in a folder have ended. */
  async function commandsEnded(folder: string): Promise<void> {
    const pids = readFileSync(join(folder, "pids"), "utf8").trim().split("\n").map(Number);
    expect(pids).not.toContain(0);
    onTestFinished(() => {
      for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
    });
    for (const pid of pids) await until(`${pid} to end`, () => !isAlive(pid), 30_000);
  }

  test("is ended when the service cannot start", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "listen-later.mjs"), LISTEN_LATER);
    const file = join(folder, "hale.yaml");
    const listen = `{ host: 127.0.0.1, port: ${redis.port} }`;
    writeFileSync(file, `listen: ${listen}\nchecks: { worker: ${CHECK} }\n`);
    const env = { ...process.env, NODE_OPTIONS: "--import ./listen-later.mjs" };
    expect(await command.run(["serve", "--config", file], { cwd: folder, env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("HALE_LISTEN_FAILED"),
    });
    await commandsEnded(folder);
  });

  test("is ended by a second signal", async () => {
    const { program, url, folder } = await serve(`checks: { worker: ${CHECK} }\n`);
    const pids = join(folder, "pids");
    await until("it runs", () => existsSync(pids) && readFileSync(pids, "utf8").endsWith("\n"));
    // A prober, for whose next requests the drain waits.
    for (let asked = 0; asked < 2; asked++) await ask(url, "GET", "/readyz");
    let hasEnded = false;
    const ended = program.ended.finally(() => {
      hasEnded = true;
    });
    // Those of the first second are the same request.
    await until("it has ended", () => {
      if (!hasEnded) program.signal("SIGTERM");
      return hasEnded;
    });
    expect(await ended).toMatchObject({ code: 143 });
    await commandsEnded(folder);
  });
});

test("the drivers are loaded before it listens", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "node_modules/ioredis"), { recursive: true });
  writeFileSync(
    join(folder, "node_modules/ioredis/index.js"),
    'console.log("the driver is loaded"); exports.Redis = class {};',
  );
  const program = startProgram(command.path, {
    through: [],
    args: ["serve", "--port", "0", "--host", "127.0.0.1", "cache=redis://127.0.0.1:1"],
    cwd: folder,
  });
  await program.line("listening at");
  program.signal("SIGTERM");
  const { lines } = await program.ended;
  expect(lines.slice(0, 2)).toEqual([
    "the driver is loaded",
    expect.stringMatching(/service is serving|listening at/),
  ]);
});

test.each([
  ["SIGTERM", 143, false],
  ["SIGTERM", 143, true],
  ["SIGINT", 130, true],
] as const)(
  "%s ends it with %d while drivers load, as process 1: %s",
  async (signal, code, asFirst) => {
    const folder = makeFolder();
    const driver = join(folder, "node_modules/ioredis");
    mkdirSync(driver, { recursive: true });
    writeFileSync(join(driver, "package.json"), '{ "type": "module", "main": "index.js" }');
    writeFileSync(
      join(driver, "index.js"),
      'console.log("the driver loads"); await new Promise(() => {});',
    );
    const program = startProgram(command.path, {
      through: [],
      args: ["serve", "--port", "0", "--host", "127.0.0.1", "cache=redis://127.0.0.1:1"],
      cwd: folder,
      asFirst,
    });
    await program.line("the driver loads");
    program.signal(signal);
    expect(await program.ended).toEqual({ code, signal: null, lines: ["the driver loads"] });
  },
);

test("a driver that is missing is named in the log", async () => {
  const folder = makeFolder();
  const program = startProgram(command.path, {
    through: [],
    args: ["serve", "--port", "0", "--host", "127.0.0.1", `cache=${redis.url}`],
    cwd: folder,
    env: { NODE_PATH: "" },
  });
  expect(await program.line("check cache is down")).toContain("npm install ioredis");
});

test("the package has the JSON Schema of the file", () => {
  const path = join(command.folder, "node_modules/hale/dist/hale.schema.json");
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
    title: "The configuration of hale serve",
  });
});
