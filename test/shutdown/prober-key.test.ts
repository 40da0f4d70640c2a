import { expect, test } from "vitest";
import { proberKey } from "../../src/shutdown/prober-key.ts";

function keyOf(remoteAddress: string | undefined, agent: string | undefined): string {
  const header = (name: string) => (name === "user-agent" ? agent : undefined);
  return proberKey({ method: "GET", url: "/", header, remoteAddress });
}

test.each([
  ["::ffff:10.0.0.1", "kube-probe/1.30", "10.0.0.1 kube-probe/1.30"],
  ["10.0.0.1", "HAProxy", "10.0.0.1 HAProxy"],
  ["::1", undefined, "::1 "],
  [undefined, "x".repeat(1000), ` ${"x".repeat(200)}`],
])("a prober at %s that calls itself %s is known", (from, agent, expected) => {
  expect(keyOf(from, agent)).toBe(expected);
});
