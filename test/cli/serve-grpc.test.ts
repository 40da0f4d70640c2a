import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeFolder } from "../_support/folder.ts";
import { GrpcHealthClient } from "../_support/grpc-health-client.ts";
import { startProgram } from "../_support/program.ts";
import { closedPort } from "../_support/tcp.ts";
import { until } from "../servers/_until.ts";
import { installCommand } from "./_installed-command.ts";

const hale = installCommand();

const TOKEN = "0123456789abcdef";

/** Serves a check that is up as long as the file `up` is there, over HTTP and gRPC. */
async function serve({ more = "", listen = "", grpc = 0 }) {
  const folder = makeFolder();
  const config = join(folder, "hale.yaml");
  const up = join(folder, "up");
  writeFileSync(up, "");
  const write = (text: string) =>
    writeFileSync(
      config,
      `listen: { host: 127.0.0.1, port: 0, grpc: ${grpc}${listen} }
checks:
  database: { exec: [test, -e, ${up}], timeout: 10s, interval: 1s }
deadline: 30s
${text}`,
    );
  write(more);
  const program = startProgram(hale.path, { through: [], args: ["serve"], cwd: folder });
  const line = await program.line("listening at");
  const [, url = ""] =
    / and (grpc:\/\/127\.0\.0\.1:\d+)\/, with 1 check: database$/.exec(line) ?? [];
  return {
    program,
    url,
    folder,
    write,
    setUp: (isUp: boolean) => (isUp ? writeFileSync(up, "") : rmSync(up)),
  };
}

/** Runs `hale probe`, and resolves to its exit code and its reason. */
async function probe(...args: readonly string[]) {
  const { code, stdout } = await hale.run(["probe", "--timeout", "30s", ...args]);
  const [, reason] = / is (?:un)?healthy(?: to [^:]+)?: (.*) in \d+ ms\n$/.exec(stdout) ?? [];
  return [code, reason];
}

function clientOf(url: string): GrpcHealthClient {
  const client = new GrpcHealthClient(new URL(url).host);
  onTestFinished(() => client.close());
  return client;
}

describe.each([
  ["the main thread", ""],
  ["the probe thread", ", thread: true, interval: 100ms"],
])("hale serve answers gRPC clients from %s:", (_, listen) => {
  test("Check has the verdict of the probe, or of the check, that is named", async () => {
    const { url, setUp } = await serve({ listen });
    await until("it is ready", async () => (await probe(url))[0] === 0);
    for (const service of ["", "/readiness", "/liveness", "/startup", "/deep", "/database"]) {
      expect([service, ...(await probe(`${url}${service}`))]).toEqual([service, 0, "SERVING"]);
    }
    expect((await probe(`${url}/none`))[1]).toMatch(/^gRPC status 5 NOT_FOUND/);
    setUp(false);
    await until("it is not ready", async () => (await probe(url))[0] === 1);
    expect(await probe(url)).toEqual([1, "NOT_SERVING"]);
    expect(await probe(`${url}/database`)).toEqual([1, "NOT_SERVING"]);
    expect(await probe(`${url}/liveness`)).toEqual([0, "SERVING"]);
    expect(await probe("--as", "kubelet", url)).toEqual([1, "NOT_SERVING"]);
  });

  test("Watch sends each change, and ends at the drain", async () => {
    const { program, url, setUp } = await serve({ more: "drain: { min: 0, quiet: 0 }\n", listen });
    await until("it is ready", async () => (await probe(url))[0] === 0);
    const client = clientOf(url);
    const [readiness, liveness] = [client.watch(""), client.watch("liveness")];
    await readiness.received(1);
    await liveness.received(1);
    setUp(false);
    await readiness.received(2);
    setUp(true);
    await readiness.received(3);
    program.signal("SIGTERM");
    expect(await readiness.ended()).toBe("UNAVAILABLE");
    expect(await liveness.ended()).toBe("UNAVAILABLE");
    expect(readiness.statuses).toEqual(["SERVING", "NOT_SERVING", "SERVING", "NOT_SERVING"]);
    expect(liveness.statuses).toEqual(["SERVING"]);
    expect(await program.ended).toMatchObject({ code: 0 });
  });
});

test("names are for callers with an access token, where the file says so", async () => {
  const { url, folder } = await serve({ more: `http: { expose: status, tokens: ["${TOKEN}"] }\n` });
  const token = join(folder, "token");
  writeFileSync(token, `${TOKEN}\n`);
  expect((await probe(`${url}/database`))[1]).toMatch(/^gRPC status 5 NOT_FOUND/);
  expect(await probe("--token-file", token, `${url}/database`)).toEqual([0, "SERVING"]);
});

test("SIGHUP serves another configuration at the same port, where a Watch begins anew", async () => {
  const { program, url, write } = await serve({ grpc: await closedPort() });
  const client = clientOf(url);
  const watched = ["", "database", "none"].map((service) => client.watch(service));
  await Promise.all(watched.map((call) => call.received(1)));
  write("defaults: { failureThreshold: 2 }\n");
  program.signal("SIGHUP");
  for (const call of watched) expect(await call.ended()).toBe("UNAVAILABLE");
  // The port of HTTP is another one, since any was asked for.
  expect(await program.line("configuration reloaded")).toMatch(
    /, listening at http:\/\/127\.0\.0\.1:\d+\/ and grpc:\/\/127\.0\.0\.1:\d+\/, with 1 check: database\. Give probers the new address\.$/,
  );
  await until("it answers again", async () => (await client.check("database")) === "SERVING");
  const again = client.watch("database");
  expect(await again.received(1)).toEqual(["SERVING"]);
});
