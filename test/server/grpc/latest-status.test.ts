import { expect, test } from "vitest";
import { LatestStatus } from "../../../src/server/grpc/latest-status.ts";

/** A sender whose client reads when the test says so. */
function setUp() {
  const written: string[] = [];
  let read = () => {};
  const latest = new LatestStatus((status, done) => {
    written.push(status);
    read = done;
  });
  return { latest, written, read: () => read() };
}

test("a status is sent at once while the client reads", () => {
  const { latest, written, read } = setUp();
  latest.send("SERVING");
  read();
  latest.send("NOT_SERVING");
  expect(written).toEqual(["SERVING", "NOT_SERVING"]);
});

test("of those that a client does not read, only the newest is kept", () => {
  const { latest, written, read } = setUp();
  latest.send("SERVING");
  for (let flap = 0; flap < 1000; flap++) {
    latest.send(flap % 2 === 0 ? "NOT_SERVING" : "SERVING");
    latest.send("NOT_SERVING");
  }
  expect(written).toEqual(["SERVING"]);
  read();
  read();
  expect(written).toEqual(["SERVING", "NOT_SERVING"]);
});

test("a status that has changed back meanwhile is not sent again", () => {
  const { latest, written, read } = setUp();
  latest.send("SERVING");
  latest.send("NOT_SERVING");
  latest.send("SERVING");
  read();
  expect(written).toEqual(["SERVING"]);
  latest.send("NOT_SERVING");
  expect(written).toEqual(["SERVING", "NOT_SERVING"]);
});

test("what waits is sent before the end, and once", () => {
  const { latest, written, read } = setUp();
  latest.send("SERVING");
  latest.send("NOT_SERVING");
  latest.flush();
  latest.flush();
  read();
  expect(written).toEqual(["SERVING", "NOT_SERVING"]);
});

test("nothing waits where the client has read all", () => {
  const { latest, written, read } = setUp();
  latest.send("SERVING");
  read();
  latest.flush();
  expect(written).toEqual(["SERVING"]);
});
