import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { allServers } from "./_all-servers.ts";
import { treeOf } from "./_process-tree.ts";
import { running } from "./_processes.ts";
import { defineServer } from "./_server.ts";
import { until } from "./_until.ts";

const LOADER = ["--import", "tsx", "--input-type=module", "--eval"];
const START = `
  import { allServers } from ${JSON.stringify(new URL("_all-servers.ts", import.meta.url).href)};
  const kinds = await allServers();
  const kind = kinds.find(({ requirement }) => requirement.name === process.argv[1]);
  const { pid, folder } = await kind.start();
  console.log(JSON.stringify({ pid, folder }));
`;

vi.setConfig({ testTimeout: 120_000 });

/** The first line that a program prints; it fails with all that was printed when the program ends before. */
function firstLineOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    let complaints = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const [line, ...more] = printed.split("\n");
      if (line !== undefined && more.length > 0) resolve(line);
    });
    child.stderr.on("data", (chunk) => {
      complaints += chunk;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const text = `${printed}${complaints}`;
      reject(new Error(`It has ended with ${code ?? signal}, and printed only this:\n${text}`));
    });
  });
}

describe.each(await allServers())("$requirement.name", (kind) => {
  test("stop leaves no process and no folder", async () => {
    const server = await kind.start();
    const tree = treeOf(server.pid);
    expect(running(tree)).not.toEqual([]);
    expect(existsSync(server.folder)).toBe(true);
    await server.stop();
    expect(running(tree)).toEqual([]);
    expect(existsSync(server.folder)).toBe(false);
  });

  test("a paused server has only stopped processes, and can be stopped for good", async () => {
    const server = await kind.start();
    onTestFinished(server.stop);
    await server.pause();
    const tree = treeOf(server.pid);
    expect(tree.filter(({ stopped }) => !stopped)).toEqual([]);
    await server.stop();
    expect(running(tree)).toEqual([]);
  });

  test("a resumed server has no stopped process", async () => {
    const server = await kind.start();
    onTestFinished(server.stop);
    await server.pause();
    await server.resume();
    expect(treeOf(server.pid).filter(({ stopped }) => stopped)).toEqual([]);
  });

  test("kill leaves no process, and restart brings it back at the same url", async () => {
    const server = await kind.start();
    onTestFinished(server.stop);
    const { pid, url, port } = server;
    const tree = treeOf(pid);
    await server.kill();
    expect(running(tree)).toEqual([]);
    await server.restart();
    expect(server).toMatchObject({ url, port });
    expect(server.pid).not.toBe(pid);
  });

  test("two of a kind run side by side", async () => {
    const servers = await Promise.all([kind.start(), kind.start()]);
    onTestFinished(async () => void (await Promise.all(servers.map(({ stop }) => stop()))));
    expect(servers[0].port).not.toBe(servers[1].port);
    expect(servers[0].folder).not.toBe(servers[1].folder);
  });

  test("a killed test process takes its server and the folder with it", async () => {
    const child = spawn(process.execPath, [...LOADER, START, kind.requirement.name], {
      cwd: new URL(".", import.meta.url),
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const { pid, folder } = JSON.parse(await firstLineOf(child));
    const tree = treeOf(pid);
    expect(running(tree)).not.toEqual([]);
    child.kill("SIGKILL");
    await until("the server to end", () => running(tree).length === 0);
    await until("the folder to go", () => !existsSync(folder));
  });
});

test("a test process that ends before its server has started is reported with what it printed", async () => {
  const child = spawn(process.execPath, [...LOADER, START, "no such server"], {
    cwd: new URL(".", import.meta.url),
  });
  await expect(firstLineOf(child)).rejects.toThrow(/^It has ended with 1, [\s\S]*TypeError: /);
});

test("a server that ends at its start is reported with what it printed, and leaves no folder", async () => {
  let folder = "";
  const broken = defineServer({
    name: "Broken",
    programs: ["sh"],
    packages: { debian: [], fedora: [], homebrew: [] },
    start(site) {
      folder = site.folder;
      return { args: ["-c", "echo no licence >&2; exit 1"], url: "", ready: async () => false };
    },
  });
  await expect(broken.start()).rejects.toThrow("Broken did not start. It printed:\nno licence\n");
  expect(existsSync(folder)).toBe(false);
});
