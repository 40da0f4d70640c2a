import { createServer, type Server, type ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import type { ShutdownOptions } from "../../src/shutdown/shutdown-options.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/compose.ts";
import { FakeProcess } from "../_support/fake-process.ts";

/** Two services of one process, each with its own health and its own time. */
async function two(first: Partial<ShutdownOptions>, second: Partial<ShutdownOptions>) {
  const fake = new FakeProcess();
  const services = await Promise.all(
    [first, second].map(async (options) => {
      const { health, clock, lines } = await serve();
      const { begin, dispose } = composeShutdown({ health, ...options }, fake.environment);
      return { health, clock, lines, begin, dispose };
    }),
  );
  const [one, other] = services as [(typeof services)[0], (typeof services)[0]];
  return { fake, one, other };
}

const slow = { onClose: () => new Promise(() => {}), hookTimeout: 3000 };

test("the last one ends the process, with the worst code", async () => {
  const { fake, one, other } = await two({}, slow);
  fake.emit("SIGTERM");
  await one.clock.advance(0);
  expect(fake.exits).toEqual([]);
  await other.clock.advance(3000);
  expect(fake.exits).toEqual([1]);
});

test("one that begins has the others begin, whatever signals they listen to", async () => {
  const { fake, one, other } = await two({}, { signals: ["SIGUSR2"] });
  void one.begin("the first one");
  await one.clock.advance(0);
  expect(fake.exits).toEqual([]);
  expect(other.lines[0]?.[1]).toContain("shutdown started: the first one");
  await other.clock.advance(0);
  expect(fake.exits).toEqual([0]);
});

test("one that does not end the process is waited for, and begins no other", async () => {
  const { fake, one, other } = await two({ exit: false }, {});
  void one.begin();
  await one.clock.advance(0);
  expect([fake.exits, other.lines]).toEqual([[], []]);

  const both = await two({ ...slow, exit: false }, {});
  both.fake.emit("SIGTERM");
  await both.other.clock.advance(0);
  expect(both.fake.exits).toEqual([]);
  await both.one.clock.advance(3000);
  expect(both.fake.exits).toEqual([1]);
});

test("one that was disposed of does not count", async () => {
  const { fake, one, other } = await two({}, {});
  other.dispose();
  fake.emit("SIGTERM");
  await one.clock.advance(0);
  expect(fake.exits).toEqual([0]);
});

/** A server with a request that is answered when the test says so. */
async function withRequest(server: Server) {
  const { port } = server.address() as { port: number };
  const came = new Promise<ServerResponse>((resolve) => {
    server.once("request", (_request, response) => resolve(response));
  });
  const reply = ask(`http://127.0.0.1:${port}`, "GET", "/work");
  const response = await came;
  return { reply, answer: () => void response.end("whole") };
}

describe("on one server", () => {
  async function listening(): Promise<Server> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    return server;
  }
  const texts = (lines: readonly (readonly [string, string])[]) =>
    lines.map(([, text]) => text.replace("hale: ", ""));

  test.each(["first", "second"])(
    "the longer drain of the %s keeps the port open",
    async (which) => {
      const server = await listening();
      const long = { servers: [server], drain: { min: 5000 } };
      const short = { servers: [server] };
      const { fake, one, other } = await (which === "first" ? two(long, short) : two(short, long));
      const [longer, shorter] = which === "first" ? [one, other] : [other, one];
      fake.emit("SIGTERM");
      await shorter.clock.advance(10_000);
      await longer.clock.advance(4999);
      expect(server.listening).toBe(true);
      expect(texts(shorter.lines).join()).not.toContain("drain finished");

      await longer.clock.advance(1);
      expect(server.listening).toBe(false);
      await shorter.clock.advance(0);
      await longer.clock.advance(0);
      expect(fake.exits).toEqual([0]);
      expect(texts(shorter.lines)).toContainEqual(
        expect.stringMatching(
          /^drain finished in 10 s: .*; the drains of other healths on the same server finished$/,
        ),
      );
      const all = [...one.lines, ...other.lines];
      expect(all.filter(([level]) => level !== "info")).toEqual([]);
    },
  );

  test("one that does not begin keeps nothing open", async () => {
    const server = await listening();
    const { one } = await two({ servers: [server], exit: false }, { servers: [server] });
    const ended = one.begin();
    await one.clock.advance(0);
    expect(server.listening).toBe(false);
    expect((await ended).code).toBe(0);
  });

  test("an uncaught exception waits for no other drain, which does not blame other code", async () => {
    const server = await listening();
    const { fake, one, other } = await two(
      { servers: [server], fatal: "drain" },
      { servers: [server], drain: { quiet: 1000, min: 5000 } },
    );
    fake.emit("SIGTERM");
    await one.clock.advance(0);
    fake.emit("uncaughtException", new Error("broken"));
    await one.clock.advance(0);
    expect(server.listening).toBe(false);
    await other.clock.advance(5000);
    expect(fake.exits).toEqual([1]);
    expect(texts(other.lines)).toContainEqual(
      "drain finished in 5 s: another shutdown closed the port",
    );
    expect(other.lines.filter(([level]) => level !== "info")).toEqual([]);
  });

  test("other code that closes the port is named by each", async () => {
    const server = await listening();
    const long = { servers: [server], drain: { min: 5000 } };
    const { fake, one, other } = await two(long, long);
    fake.emit("SIGTERM");
    await one.clock.advance(0);
    server.close();
    await one.clock.advance(5000);
    await other.clock.advance(5000);
    expect(fake.exits).toEqual([0]);
    for (const { lines } of [one, other]) {
      expect(texts(lines)).toContain("drain finished in 5 s: other code closed the port");
    }
  });

  test.each(["first", "second"])(
    "the longer requestTimeout of the %s counts for the requests of both",
    async (which) => {
      const server = await listening();
      const long = { servers: [server], requestTimeout: 20_000 };
      const short = { servers: [server], requestTimeout: 1000 };
      const { fake, one, other } = await (which === "first" ? two(long, short) : two(short, long));
      const { reply, answer } = await withRequest(server);
      fake.emit("SIGTERM");
      for (const { clock } of [one, other]) await clock.advance(2000);
      for (const { clock } of [one, other]) await clock.advance(19_000);
      answer();
      expect(await reply).toMatchObject({ status: 200, body: "whole" });
      for (const { clock } of [one, other]) await clock.advance(0);
      expect(fake.exits).toEqual([0]);
    },
  );

  describe("that another shutdown was given", () => {
    test("the end of its drain, of its port and of its requests are waited for", async () => {
      const server = await listening();
      const hooks: string[] = [];
      const note = (name: string) => () => void hooks.push(`${name}, open: ${server.listening}`);
      const guest = { onStop: note("onStop"), onClose: note("onClose"), requestTimeout: 0 };
      const { fake, one, other } = await two(guest, {
        servers: [server],
        drain: { min: 5000 },
      });
      attach(server, one.health);
      const { reply, answer } = await withRequest(server);
      fake.emit("SIGTERM");
      await one.clock.advance(60_000);
      await other.clock.advance(4999);
      expect([server.listening, hooks]).toEqual([true, []]);
      await other.clock.advance(1);
      await one.clock.advance(0);
      expect(hooks).toEqual(["onStop, open: false"]);
      answer();
      expect((await reply).body).toBe("whole");
      await other.clock.advance(0);
      await one.clock.advance(0);
      expect(hooks).toEqual(["onStop, open: false", "onClose, open: false"]);
      expect(fake.exits).toEqual([0]);
      expect(texts(one.lines)).toContain(
        "drain finished in 60 s: another shutdown was given the server; the drains of other healths on the same server finished",
      );
      const all = [...one.lines, ...other.lines];
      expect(all.filter(([level]) => level !== "info")).toEqual([]);
    });

    test("that one keeps the port open for the drain of the other health", async () => {
      const server = await listening();
      const { fake, one, other } = await two({ drain: { min: 5000 } }, { servers: [server] });
      attach(server, one.health);
      fake.emit("SIGTERM");
      await other.clock.advance(10_000);
      await one.clock.advance(4999);
      expect(server.listening).toBe(true);
      await one.clock.advance(1);
      await other.clock.advance(0);
      expect(server.listening).toBe(false);
      await one.clock.advance(0);
      expect(fake.exits).toEqual([0]);
    });

    test("its hooks of onStop are waited for, which may close a server that hale cannot close", async () => {
      const server = await listening();
      const hooks: string[] = [];
      let closeOther = () => {};
      const onStop = () =>
        new Promise<void>((resolve) => {
          closeOther = resolve;
        });
      const guest = { exit: false, onClose: () => void hooks.push("onClose") };
      const { one, other } = await two(guest, { servers: [server], exit: false, onStop });
      attach(server, one.health);
      const ended = Promise.all([one.begin(), other.begin()]);
      for (const { clock } of [other, one, other, one]) await clock.advance(0);
      expect([server.listening, hooks]).toEqual([false, []]);
      closeOther();
      for (const { clock } of [other, one]) await clock.advance(0);
      expect(hooks).toEqual(["onClose"]);
      expect(await ended).toMatchObject([{ code: 0 }, { code: 0 }]);
    });

    test("a hook of onStop may wait for the other, which has begun before", async () => {
      const server = await listening();
      const step: { begin?: () => Promise<unknown> } = {};
      const onStop = { guest: () => step.begin?.() };
      const { fake, one, other } = await two({}, { servers: [server], onStop });
      attach(server, one.health);
      step.begin = one.begin;
      fake.emit("SIGTERM");
      for (const { clock } of [other, one, other, one, other]) await clock.advance(0);
      expect(fake.exits).toEqual([0]);
    });

    test("a hook of onStop of the one that was given it may wait for the other", async () => {
      const server = await listening();
      const step: { begin?: () => Promise<unknown> } = {};
      const onStop = { guest: () => step.begin?.() };
      const { one, other } = await two({ exit: false }, { servers: [server], exit: false, onStop });
      attach(server, one.health);
      step.begin = one.begin;
      const ended = other.begin();
      for (const { clock } of [other, one, other]) await clock.advance(0);
      for (const result of [ended, one.begin()]) {
        expect(await Promise.race([result, "waits"])).toMatchObject({ code: 0, failedHooks: [] });
      }
    });

    test("two that were each given the server of the other end", async () => {
      const [first, second] = [await listening(), await listening()];
      const { fake, one, other } = await two({ servers: [first] }, { servers: [second] });
      attach(first, other.health);
      attach(second, one.health);
      fake.emit("SIGTERM");
      for (const { clock } of [one, other, one]) await clock.advance(0);
      expect([first.listening, second.listening, fake.exits]).toEqual([false, false, [0]]);
    });

    test("an uncaught exception waits 2 s for its requests", async () => {
      const server = await listening();
      const hooks: string[] = [];
      const guest = { fatal: "drain" as const, onClose: () => void hooks.push("onClose") };
      const { fake, one } = await two(guest, { servers: [server], drain: { min: 5000 } });
      attach(server, one.health);
      fake.emit("uncaughtException", new Error("broken"));
      await one.clock.advance(1999);
      expect(hooks).toEqual([]);
      await one.clock.advance(1);
      expect(hooks).toEqual(["onClose"]);
    });

    test("one that does not begin is not waited for", async () => {
      const server = await listening();
      const { one } = await two({ exit: false }, { servers: [server], exit: false });
      attach(server, one.health);
      const ended = one.begin();
      await one.clock.advance(0);
      expect(await ended).toMatchObject({
        code: 0,
        drained: "another shutdown was given the server",
      });
      expect(server.listening).toBe(true);
    });

    test("both that are begun in one turn, without ending the process, wait for each other", async () => {
      const server = await listening();
      const hooks: string[] = [];
      const guest = { exit: false, onClose: () => void hooks.push("onClose") };
      const { one, other } = await two(guest, { servers: [server], exit: false });
      attach(server, one.health);
      const { reply, answer } = await withRequest(server);
      const ended = Promise.all([one.begin(), other.begin()]);
      for (const { clock } of [one, other, one]) await clock.advance(0);
      await other.clock.advance(2000);
      await one.clock.advance(0);
      expect([server.listening, hooks]).toEqual([false, []]);
      answer();
      await reply;
      for (const { clock } of [other, one]) await clock.advance(0);
      expect(await ended).toMatchObject([{ code: 0 }, { code: 0 }]);
    });
  });
});
