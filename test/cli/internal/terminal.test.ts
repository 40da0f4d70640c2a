import { expect, test } from "vitest";
import { createTerminal, type Output } from "../../../src/cli/internal/terminal.ts";

function terminalWith(isTTY: boolean, env: Record<string, string>) {
  const written: string[] = [];
  const output: Output = { isTTY, write: (text) => written.push(text) };
  return { ...createTerminal({ stdout: output, stderr: output, env }), written };
}

test.each([
  [true, {}, true],
  [true, { NO_COLOR: "" }, true],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "0" }, false],
  [true, { TERM: "dumb" }, false],
  [false, {}, false],
])(
  "with a terminal: %s, and the environment %j, output is coloured: %s",
  (isTTY, env, coloured) => {
    const painted = coloured ? "\u001b[31mdown\u001b[39m" : "down";
    expect(terminalWith(isTTY, env).paint("red", "down")).toBe(painted);
  },
);

test("print and warn write whole lines", () => {
  const { print, warn, written } = terminalWith(false, {});
  print("one");
  warn("two");
  expect(written).toEqual(["one\n", "two\n"]);
});
