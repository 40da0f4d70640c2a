import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { partsOf } from "../../src/lifecycle/parts.ts";
import { type Pm2Process, tendPm2 } from "../../src/lifecycle/pm2.ts";
import { compose } from "../_support/compose.ts";

class FakeProcess extends EventEmitter implements Pm2Process {
  readonly sent: unknown[] = [];
  env: NodeJS.ProcessEnv = { pm_id: "0" };
  connected = true;
  send(message: unknown): boolean {
    this.sent.push(message);
    return true;
  }
}

function tended() {
  const { health, clock } = compose({ startup: "manual" });
  const fake = new FakeProcess();
  const shutdown = vi.fn();
  return { health, clock, fake, shutdown, parts: partsOf("test", health) };
}

test("pm2 is told that the service is ready once startup is done, and not before", async () => {
  const { health, clock, fake, parts } = tended();
  tendPm2(parts, fake);
  await clock.advance(5000);
  expect(fake.sent).toEqual([]);
  health.started();
  await clock.advance(0);
  expect(fake.sent).toEqual(["ready"]);
});

test("its message to shut down is heard, and no other, until that is stopped", () => {
  const { fake, parts, shutdown } = tended();
  const stop = tendPm2(parts, fake, shutdown);
  fake.emit("message", { type: "shutdown" });
  fake.emit("message", "reload");
  expect(shutdown).not.toHaveBeenCalled();
  fake.emit("message", "shutdown");
  expect(shutdown).toHaveBeenCalledOnce();
  stop();
  fake.emit("message", "shutdown");
  expect(shutdown).toHaveBeenCalledOnce();
  expect(fake.listenerCount("message")).toBe(0);
});

test("a parent that is not pm2 hears nothing, and nothing of it is heard", async () => {
  const { health, clock, fake, parts, shutdown } = tended();
  fake.env = {};
  tendPm2(parts, fake, shutdown);
  health.started();
  await clock.advance(1000);
  fake.emit("message", "shutdown");
  expect(fake.sent).toEqual([]);
  expect(shutdown).not.toHaveBeenCalled();
});

test("a channel that is closed is not written to", async () => {
  const { health, clock, fake, parts } = tended();
  tendPm2(parts, fake);
  fake.connected = false;
  health.started();
  await clock.advance(1000);
  expect(fake.sent).toEqual([]);
});
