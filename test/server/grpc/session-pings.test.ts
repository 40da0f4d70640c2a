import { expect, test } from "vitest";
import { type PingedSession, SessionPings } from "../../../src/server/grpc/session-pings.ts";
import { FakeClock } from "../../_support/fake-clock.ts";

/** A session whose client acknowledges when the test says so. */
class FakeSession {
  pings = 0;
  closed = false;
  destroyed = false;
  acknowledge = () => {};

  ping(acknowledged: () => void): boolean {
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
    session.acknowledge();
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
  clock.after(10_000, session.acknowledge);
  clock.stall(60_000);
  await clock.advance(0);
  expect([session.pings, session.destroyed]).toEqual([2, false]);
});

test("one that closes is pinged no more, and no timer is left", async () => {
  const { clock, pings, session } = setUp();
  session.closed = true;
  await clock.advance(10_000);
  expect(session.pings).toBe(0);
  pings.remove(session as unknown as PingedSession);
  expect(clock.pending).toBe(0);
  await clock.advance(60_000);
  expect([session.pings, session.destroyed]).toEqual([0, false]);
});
