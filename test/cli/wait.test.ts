import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { closedPort } from "../_support/tcp.ts";
import { startRaw } from "./_endpoints.ts";
import { installCommand } from "./_installed-command.ts";
import { startInPty } from "./_pty.ts";

const hale = installCommand();

const QUICK = ["--interval", "1ms", "--timeout", "30s"];

/** Starts a server that is unhealthy for so many requests, and healthy afterwards. */
async function startUnready(requests: number) {
  let received = 0;
  const server = createServer((_, response) => {
    received++;
    response.writeHead(received > requests ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received: () => received,
  };
}

test("it asks until the endpoint is healthy, and not again", async () => {
  const { url, received } = await startUnready(3);
  const { code, stdout } = await hale.run(["wait", ...QUICK, url]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^http:\S+ is healthy: status 200 in \d+ ms, attempt 4\n$/);
  expect(received()).toBe(4);
});

test("each endpoint counts once it was healthy; --any ends with the first", async () => {
  const slow = await startUnready(3);
  const quick = await startUnready(0);
  expect((await hale.run(["wait", ...QUICK, slow.url, quick.url])).code).toBe(0);
  expect([slow.received(), quick.received()]).toEqual([4, 1]);
  const never = `tcp://127.0.0.1:${await closedPort()}`;
  const { code } = await hale.run(["wait", "--any", "--for", "1h", ...QUICK, never, quick.url]);
  expect(code).toBe(0);
});

test("it gives up after --for, and the last reason counts", async () => {
  const refused = `tcp://127.0.0.1:${await closedPort()}`;
  const { code, stdout } = await hale.run(["wait", "--for", "2s", "--interval", "1ms", refused]);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^tcp:\S+ is unhealthy: connection refused \(ECONNREFUSED\) in \d+ ms(?:, attempt \d+)?\n$/,
  );
});

test("--invert waits until the endpoint fails", async () => {
  const { port, received } = await startRaw("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
  const url = `http://127.0.0.1:${port}/`;
  expect((await hale.run(["wait", "--invert", ...QUICK, url])).code).toBe(0);
  expect(received).toHaveLength(1);
});

/** Starts `hale wait` and goes on. */
function start(...args: readonly string[]): { child: ChildProcess; output(): string } {
  const child = spawn(hale.path, ["wait", ...args], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  return { child, output: () => output };
}

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("%s ends a wait with %d", async (signal, code) => {
  const { url, received } = await startUnready(Number.POSITIVE_INFINITY);
  const { child } = start("--for", "1h", ...QUICK, url);
  const ended = once(child, "exit");
  while (received() === 0) await new Promise((resolve) => setImmediate(resolve));
  child.kill(signal);
  expect(await ended).toEqual([code, null]);
});

test("the command has input, output and signals of its own, and its exit code counts", async () => {
  const { url } = await startUnready(1);
  const script = `
    process.on("SIGTERM", () => { console.log("told"); process.exit(9); });
    process.stdin.on("data", (chunk) => console.log("read " + chunk));
    console.log("runs");
  `;
  const { child, output } = start("-q", ...QUICK, url, "--", process.execPath, "-e", script);
  const ended = once(child, "exit");
  const until = async (text: string) => {
    while (!output().includes(text)) await once(child.stdout ?? child, "data");
  };
  await until("runs");
  child.stdin?.write("a line");
  await until("read a line");
  child.kill("SIGTERM");
  expect(await ended).toEqual([9, null]);
  expect(output()).toBe("runs\nread a line\ntold\n");
});

test("in a terminal, which sends SIGINT to both processes itself, the command receives one", async () => {
  const { url } = await startUnready(0);
  const script = `
    let received = 0;
    process.on("SIGINT", () => console.log("SIGINT " + ++received));
    process.on("SIGTERM", () => process.exit(received));
    setInterval(() => {}, 1000);
    console.log("runs");
  `;
  const args = ["wait", "-q", ...QUICK, url, "--", process.execPath, "-e", script];
  const program = startInPty(hale.path, args, { columns: 80, rows: 24 });
  await program.until((lines) => lines.includes("runs"));
  program.type("\u0003");
  await program.until((lines) => lines.some((line) => line.endsWith("SIGINT 1")));
  // SIGTERM is passed on after what came before it, so that the command has seen all of that when it ends.
  process.kill(program.pid, "SIGTERM");
  expect((await program.ended).code).toBe(1);
});

test.each([
  [[], "Expected a url."],
  [
    ["--for", "0s", "http://a"],
    '--for must be a duration such as "500ms", "30s" or "2m", of 1ms or more, but is "0s".',
  ],
  [
    ["--for", "60", "http://a"],
    '--for must be a duration such as "500ms", "30s" or "2m", of 1ms or more, but is "60". Write the unit: 60ms or 60s.',
  ],
  [["--retries", "1", "http://a"], "There is no flag --retries."],
])("%j is wrong use", async (words, message) => {
  expect(await hale.run(["wait", ...words])).toEqual({
    code: 64,
    stdout: "",
    stderr: `hale wait: ${message}\nRun "hale wait --help" for flags and examples.\n`,
  });
});
