import { describe, expect, test } from "vitest";
import { reasonOf } from "../../src/report/reason.ts";
import { DRIVER_ERRORS, PASSWORDS } from "./_driver-errors.ts";

const USER = "shopkeeper";

/** A message with one password planted wherever the driver would put it. */
function planted(message: string, password: string): string {
  const basic = Buffer.from(`${USER}:${password}`).toString("base64");
  return message
    .replaceAll("{user}", USER)
    .replaceAll("{enc}", encodeURIComponent(password))
    .replaceAll("{b64}", basic)
    .replaceAll("{pass}", password);
}

/** The parts of a password by which it could be guessed or found. */
function traces(password: string): readonly string[] {
  const basic = Buffer.from(`${USER}:${password}`).toString("base64").slice(0, 20);
  return ["s3cret", "horse", "örse", basic, encodeURIComponent(password)];
}

const CASES = DRIVER_ERRORS.flatMap(([message, kept]) =>
  PASSWORDS.map((password) => ({ message, kept, password })),
);

test("there are more than 500 messages", () => {
  expect(CASES.length).toBeGreaterThan(500);
});

describe.each(PASSWORDS)("with the password %s", (password) => {
  test.each(DRIVER_ERRORS)("nothing of it is told by: %s", (message, kept) => {
    const text = planted(message, password);
    const failures = [new Error(text), new Error("The run failed", { cause: new Error(text) })];
    for (const failure of failures) {
      const reason = reasonOf(failure);
      const told = traces(password).filter((trace) =>
        reason.toLowerCase().includes(trace.toLowerCase()),
      );
      expect(told, reason).toEqual([]);
      expect(reason).toContain(kept);
    }
  });
});
