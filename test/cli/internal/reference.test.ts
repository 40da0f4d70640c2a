import { expect, test } from "vitest";
import { COMMANDS } from "../../../src/cli/internal/commands.ts";
import { referenceOf } from "../../../src/cli/internal/reference.ts";

test("the commands that keep their code when output is lost are those without a code for it", () => {
  const commands = COMMANDS.map((command) =>
    command.name === "watch" ? { ...command, exits: { ...command.exits, 74: "Lost." } } : command,
  );
  expect(referenceOf(COMMANDS)).toContain("`probe`, `wait` and `watch` keep their code");
  expect(referenceOf(commands)).toContain("`probe` and `wait` keep their code");
});
