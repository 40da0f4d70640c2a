import { describe, expect, test } from "vitest";
import { probe } from "../../src/cli/probe.ts";
import { closedPort } from "../_support/tcp.ts";
import { toolPath } from "../servers/_tools.ts";
import { until } from "../servers/_until.ts";
import { haproxy, statistic } from "../servers/haproxy.ts";
import { startHttp, startHttps, startRaw, startResetting } from "./_endpoints.ts";
import { endOf } from "./_installed-command.ts";
import { EQUAL_LENGTHS, ODD_REPLIES } from "./_odd-replies.ts";
import { run } from "./internal/probe/_run.ts";

/** What `--as` reports of a url. */
async function reported(
  prober: string,
  url: string,
): Promise<{ healthy: boolean; verdict: string }> {
  const { stdout } = await run(probe, ["--json", "--as", prober, "--timeout", "30s", url]);
  return JSON.parse(stdout).targets[0];
}

const PATHS = ["/ok", "/empty", "/failed", "/busy", "/nowhere", "/moved", "/login", "/no-location"];

describe("--as haproxy reports what HAProxy itself does", () => {
  test("of every answer, and of every failure", async () => {
    const { port } = await startHttp();
    const paths = [...PATHS, "/slow-body"];
    const others = {
      refused: await closedPort(),
      resetting: (await startResetting()).port,
      smtp: (await startRaw("220 mail.test ESMTP\r\n\r\n")).port,
      silent: (await startRaw("")).port,
    };
    const urls = new Map([
      ...paths.map((path, index) => [`b${index}`, `http://127.0.0.1:${port}${path}`] as const),
      ...Object.entries(others).map(
        ([name, other]) => [name, `http://127.0.0.1:${other}/`] as const,
      ),
    ]);
    const sections = [...urls].map(([name, url]) => {
      const { host, pathname } = new URL(url);
      return `backend ${name}
  option httpchk ${pathname}
  default-server inter 100ms fall 1 rise 1
  server a ${host} check`;
    });
    const proxy = await haproxy.start({ sections: () => `${sections.join("\n")}\n` });
    try {
      for (const [name, url] of urls) {
        const { healthy, verdict } = await reported("haproxy", url);
        const seen = async () => {
          const status = await statistic(proxy, name, "a", "status");
          const check = await statistic(proxy, name, "a", "check_status");
          // An asterisk stands before the last check while the next one is under way.
          return `${status} ${check.replace(/^\* ?/, "")}`;
        };
        const expected = `${healthy ? "UP" : "DOWN"} ${verdict}`;
        await until(`${url} as ${expected}`, async () => (await seen()) === expected, 20_000).catch(
          async (cause) => {
            throw new Error(`HAProxy sees ${await seen()} of ${url}, not ${expected}.`, { cause });
          },
        );
      }
    } finally {
      await proxy.stop();
    }
  });
});

describe("--as docker reports what `curl -f` does", () => {
  test.each(PATHS)("of %s", async (path) => {
    const { port } = await startHttp();
    const url = `http://127.0.0.1:${port}${path}`;
    const { code } = await endOf(toolPath("curl"), ["-f", "-s", "-o", "/dev/null", url]);
    expect((await reported("docker", url)).healthy).toBe(code === 0);
  });

  test.each(Object.entries(ODD_REPLIES))("of a reply with %s", async (_, reply) => {
    const url = `http://127.0.0.1:${(await startRaw(reply)).port}/`;
    const { code } = await endOf(toolPath("curl"), ["-f", "-s", "-o", "/dev/null", url]);
    expect(code).toBe(0);
    expect((await reported("docker", url)).healthy).toBe(true);
  });

  test("but of two equal lengths, as the page says", async () => {
    const url = `http://127.0.0.1:${(await startRaw(EQUAL_LENGTHS)).port}/`;
    const { code } = await endOf(toolPath("curl"), ["-f", "-s", "-o", "/dev/null", url]);
    expect(code).toBe(0);
    expect((await reported("docker", url)).healthy).toBe(false);
  });

  test("of what fails before there is a response", async () => {
    const urls = [
      `http://127.0.0.1:${await closedPort()}/`,
      `http://127.0.0.1:${(await startResetting()).port}/`,
      `https://localhost:${(await startHttps()).port}/ok`,
      `http://127.0.0.1:${(await startHttp()).port}/cut`,
    ];
    for (const url of urls) {
      const { code } = await endOf(toolPath("curl"), ["-f", "-s", "-o", "/dev/null", url]);
      expect(code).not.toBe(0);
      expect((await reported("docker", url)).healthy).toBe(false);
    }
  });
});
