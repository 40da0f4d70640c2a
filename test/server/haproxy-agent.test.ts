import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { HealthServer } from "../../src/contract/health-server.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { listenHaproxyAgent } from "../../src/server/haproxy-agent.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function agent(options: HealthOptions = {}, more: { weight?: number } = {}) {
  const health = createHealth({
    logger: false,
    ...options,
    defaults: { maxAge: 0, ...options.defaults },
  });
  const listening = await listenHaproxyAgent(health, { port: 0, host: "127.0.0.1", ...more });
  open.push(listening, health);
  // One turn after it was made, a service without start-up tasks serves.
  await new Promise((resolve) => setImmediate(resolve));
  return { health, listening };
}

/** All that an agent says to one client. */
async function line({ port }: HealthServer, sent = ""): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  if (sent !== "") socket.write(sent);
  let text = "";
  socket.on("data", (part) => {
    text += String(part);
  });
  await once(socket, "close");
  return text;
}

describe("the line of an agent", () => {
  test("is up, ready, and all of its weight when readiness is good, and ends the connection", async () => {
    const { health, listening } = await agent({ checks: { database: async () => true } });
    await health.whenReady();
    expect(await line(listening)).toBe("up ready 100%\n");
    expect(await line(listening, "any words that agent-send gives\n")).toBe("up ready 100%\n");
  });

  test("gives half of the weight while readiness is degraded, or what is said", async () => {
    const checks = { database: async () => ({ status: "degraded" }) };
    const half = await agent({ checks });
    await half.health.whenReady();
    expect(await line(half.listening)).toBe("up ready 50%\n");
    const most = await agent({ checks }, { weight: 90 });
    await most.health.whenReady();
    expect(await line(most.listening)).toBe("up ready 90%\n");
  });

  test("is drain while the service drains, whatever its checks say", async () => {
    const { health, listening } = await agent({ checks: { database: async () => false } });
    health.drain();
    expect(await line(listening)).toBe("drain\n");
  });

  test("is down and says so while the service starts", async () => {
    const { health, listening } = await agent({ startup: { manual: true } });
    expect(await line(listening)).toBe("down #starting\n");
    health.markStarted();
    expect(await line(listening)).toBe("up ready 100%\n");
  });

  test.each<[NonNullable<HealthOptions["http"]>["expose"], string]>([
    [undefined, "down #failing: database\n"],
    ["details", "down #failing: database\n"],
    [{ deep: "details", readiness: "status" }, "down #failing\n"],
    ["status", "down #failing\n"],
    [() => "details", "down #failing\n"],
  ])("names what fails as far as everybody may see it: %j", async (expose, said) => {
    const { health, listening } = await agent({
      checks: {
        database: async () => {
          throw new Error("no password=s3cret");
        },
        cache: async () => true,
      },
      http: { expose },
    });
    await health.report("readiness");
    expect(await line(listening)).toBe(said);
  });

  test("stays short and one line, however many checks fail", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `check-${index}`);
    const checks = Object.fromEntries(names.map((name) => [name, async () => false]));
    const { health, listening } = await agent({ checks });
    await health.report("readiness");
    const said = await line(listening);
    expect(said).toMatch(/^down #failing: check-0, check-1, [\x20-\x7e]{90,95}\n$/);
  });

  test("comes by the deadline from a check that hangs", async () => {
    const { health, listening } = await agent({
      deadline: 200,
      checks: { database: () => new Promise(() => {}) },
    });
    expect(await line(listening)).toBe("down #failing: database\n");
    await health.close();
  });
});

describe("clients that behave badly", () => {
  test("neither break an agent nor pile up", async () => {
    let runs = 0;
    const { health, listening } = await agent({
      deadline: 200,
      checks: {
        database: async () => {
          runs++;
        },
      },
      defaults: { maxAge: 60_000 },
    });
    await health.whenReady();
    const clients: Socket[] = [];
    for (let index = 0; index < 50; index++) {
      const socket = connect({ port: listening.port, host: "127.0.0.1" });
      socket.on("error", () => {});
      socket.pause();
      clients.push(socket);
      await once(socket, "connect");
      if (index % 2 === 0) socket.resetAndDestroy();
      else socket.write("x".repeat(100_000));
    }
    expect(await line(listening)).toBe("up ready 100%\n");
    expect(runs).toBe(1);
    // Those that never read and never go are gone when the agent closes, at the latest.
    await listening.close();
    for (const socket of clients) {
      socket.resume();
      if (!socket.closed) await once(socket, "close");
    }
  });
});

test("who holds every connection does not keep a newcomer out", async () => {
  const { health, listening } = await agent({
    deadline: 60_000,
    checks: { database: () => new Promise(() => {}) },
    defaults: { timeout: 59_000 },
  });
  const holders = Array.from({ length: 256 }, () => connect(listening.port, "127.0.0.1"));
  for (const holder of holders) {
    holder.on("error", () => {});
    if (holder.connecting) await once(holder, "connect");
  }
  const gone = once(holders[0] as Socket, "close");
  const newcomer = connect(listening.port, "127.0.0.1");
  newcomer.on("error", () => {});
  await gone;
  expect(newcomer.closed).toBe(false);
  health.drain();
  newcomer.destroy();
  for (const holder of holders) holder.destroy();
});

test("an agent is a prober of readiness, whom a drain has told", async () => {
  const { health, listening } = await agent();
  const told: [number, string | undefined][] = [];
  internalsOf("test", health).events.on("readiness", ({ request, status }) =>
    told.push([status, request.remoteAddress]),
  );
  await line(listening);
  health.drain();
  await line(listening);
  // By its address, since two load balancers are two probers.
  expect(told).toEqual([
    [200, "127.0.0.1"],
    [503, "127.0.0.1"],
  ]);
});

test("a port that is taken is an error with a code", async () => {
  const { health, listening } = await agent();
  const error = await listenHaproxyAgent(health, { port: listening.port, host: "127.0.0.1" }).catch(
    (failure: unknown) => failure,
  );
  expect(error).toMatchObject({ code: "HALE_LISTEN_FAILED" });
});

test.each([
  [{}, "port"],
  [{ port: 0, weight: 0 }, "weight"],
  [{ port: 0, weight: 101 }, "weight"],
  [{ port: 0, host: "" }, "host"],
  [{ port: 0, wait: 1 }, "wait"],
])("%j is refused", async (options, option) => {
  const health = createHealth({ logger: false });
  const error = await listenHaproxyAgent(health, options as never).catch(
    (failure: unknown) => failure,
  );
  const { message } = haleErrorOf(() => {
    throw error;
  });
  expect(message).toContain(`"${option}"`);
  await health.close();
});
