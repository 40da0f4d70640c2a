import { expect, test } from "vitest";
import { type PingedSession, SessionPings } from "../../../src/server/grpc/session-pings.ts";
import { FakeClock } from "../../_support/fake-clock.ts";

/** A session whose client acknowledges when the test says so. */
class FakeSession {
  pings = 0;
  destroyed = false;
  acknowledge: (failure: Error | null) => void = () => {};

  ping(acknowledged: (failure: Error | null) => void): boolean {
    this.pings++;
    this.acknowledge = acknowledged;
    return true;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

function setUp() {
  const clock = new FakeClock();
  const pings = new SessionPings(clock, 10_000);
  const session = new FakeSession();
  pings.add(session as unknown as PingedSession);
  return { clock, pings, session };
}

test("a session whose client acknowledges goes on", async () => {
  const { clock, session } = setUp();
  for (let ping = 1; ping <= 5; ping++) {
    await clock.advance(10_000);
    expect([session.pings, session.destroyed]).toEqual([ping, false]);
    session.acknowledge(null);
  }
});

test("one whose client does not acknowledge ends", async () => {
  const { clock, session } = setUp();
  await clock.advance(19_999);
  expect(session.destroyed).toBe(false);
  await clock.advance(1);
  expect([session.pings, session.destroyed]).toEqual([1, true]);
});

test("an acknowledgement that came while the event loop stood still counts", async () => {
  const { clock, session } = setUp();
  await clock.advance(10_000);
  // It is read once the timers that are late have fired.
  clock.after(10_000, () => session.acknowledge(null));
  clock.stall(60_000);
  await clock.advance(0);
  expect([session.pings, session.destroyed]).toEqual([2, false]);
});

test("one that closes ends, since Node sends no PING on it", async () => {
  const { clock, session } = setUp();
  await clock.advance(10_000);
  session.acknowledge(new Error("HTTP2 ping cancelled"));
  await clock.advance(10_000);
  expect([session.pings, session.destroyed]).toEqual([1, true]);
});

test("one that is gone is pinged no more, and no timer is left", async () => {
  const { clock, pings, session } = setUp();
  session.destroyed = true;
  await clock.advance(10_000);
  pings.remove(session as unknown as PingedSession);
  expect(clock.pending).toBe(0);
  await clock.advance(60_000);
  expect(session.pings).toBe(0);
});
