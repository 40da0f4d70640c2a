import { expect, test } from "vitest";
import { internalsOf } from "../../src/health-internals.ts";
import { notifyPm2, type Pm2Process } from "../../src/process-managers/pm2.ts";
import { compose } from "../_support/compose.ts";

class FakeProcess implements Pm2Process {
  readonly sent: unknown[] = [];
  env: NodeJS.ProcessEnv = { pm_id: "0" };
  connected = true;
  send(message: unknown): boolean {
    this.sent.push(message);
    return true;
  }
}

function tended() {
  const { health, clock } = compose({ startup: { manual: true } });
  const fake = new FakeProcess();
  return { health, clock, fake, parts: internalsOf("test", health) };
}

test("pm2 is told that the service is ready once startup is done, and not before", async () => {
  const { health, clock, fake, parts } = tended();
  notifyPm2(parts, fake);
  await clock.advance(5000);
  expect(fake.sent).toEqual([]);
  health.markStarted();
  await clock.advance(0);
  expect(fake.sent).toEqual(["ready"]);
});

test("a parent that is not pm2 hears nothing", async () => {
  const { health, clock, fake, parts } = tended();
  fake.env = {};
  notifyPm2(parts, fake);
  health.markStarted();
  await clock.advance(1000);
  expect(fake.sent).toEqual([]);
});

test("a channel that is closed is not written to", async () => {
  const { health, clock, fake, parts } = tended();
  notifyPm2(parts, fake);
  fake.connected = false;
  health.markStarted();
  await clock.advance(1000);
  expect(fake.sent).toEqual([]);
});
