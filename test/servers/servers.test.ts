import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { serversByFile } from "./_all-servers.ts";
import { treeOf } from "./_process-tree.ts";
import { running } from "./_processes.ts";
import { defineServer } from "./_server.ts";
import { until } from "./_until.ts";

const LOADER = ["--import", "tsx", "--input-type=module", "--eval"];
const START = `
  import { serversOf } from ${JSON.stringify(new URL("_all-servers.ts", import.meta.url).href)};
  const kinds = await serversOf(process.argv[1]);
  const kind = kinds.find(({ requirement }) => requirement.name === process.argv[2]);
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

const KINDS = [...(await serversByFile())].flatMap(([file, kinds]) =>
  kinds.map((kind) => ({ file, kind, name: kind.requirement.name })),
);

// Each mostly waits for its own processes, so several go on at the same time.
describe.concurrent.each(KINDS)("$name", ({ file, kind, name }) => {
  test("stops, goes on, dies and comes back as it is told, beside another of its kind, and leaves nothing", async ({
    onTestFinished,
  }) => {
    const [server, other] = await Promise.all([kind.start(), kind.start()]);
    onTestFinished(async () => void (await Promise.all([server.stop(), other.stop()])));
    expect(server.port).not.toBe(other.port);
    expect(server.folder).not.toBe(other.folder);

    // One that stands still has only stopped processes.
    await server.pause();
    const tree = treeOf(server.pid);
    expect(running(tree)).not.toEqual([]);
    expect(tree.filter(({ stopped }) => !stopped)).toEqual([]);
    await server.resume();
    expect(treeOf(server.pid).filter(({ stopped }) => stopped)).toEqual([]);

    // One that was killed has none, and comes back at the same place.
    const { pid, url, port } = server;
    const all = treeOf(pid);
    await server.kill();
    expect(running(all)).toEqual([]);
    await server.restart();
    expect(server).toMatchObject({ url, port });
    expect(server.pid).not.toBe(pid);

    // One that stands still can be ended for good, and leaves no folder.
    await server.pause();
    const last = treeOf(server.pid);
    await server.stop();
    expect(running(last)).toEqual([]);
    expect(existsSync(server.folder)).toBe(false);

    // The other one has seen nothing of it.
    const untouched = treeOf(other.pid);
    expect(running(untouched)).not.toEqual([]);
    expect(untouched.filter(({ stopped }) => stopped)).toEqual([]);
    expect(existsSync(other.folder)).toBe(true);
    await other.stop();
    expect(running(untouched)).toEqual([]);
    expect(existsSync(other.folder)).toBe(false);
  });

  test("a killed test process takes its server and the folder with it", async ({
    onTestFinished,
  }) => {
    const child = spawn(process.execPath, [...LOADER, START, file, name], {
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
  const child = spawn(
    process.execPath,
    [...LOADER, START, KINDS[0]?.file ?? "", "no such server"],
    {
      cwd: new URL(".", import.meta.url),
    },
  );
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
