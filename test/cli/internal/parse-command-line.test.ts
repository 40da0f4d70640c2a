import { describe, expect, test } from "vitest";
import { defineCommand } from "../../../src/cli/internal/command.ts";
import { parseCommandLine } from "../../../src/cli/internal/parse-command-line.ts";
import { UsageError } from "../../../src/cli/internal/usage-error.ts";

const command = defineCommand({
  name: "ask",
  summary: "Asks.",
  description: [],
  arguments: { name: "url", summary: "Where to ask.", min: 1 },
  trailing: { name: "command", summary: "What to run." },
  flags: {
    timeout: { type: "duration", short: "t", default: "1s", min: 100, max: 60_000, summary: "." },
    retries: { type: "number", default: "0", max: 9, summary: "." },
    port: { type: "number", min: 1, summary: "." },
    quiet: { type: "switch", short: "q", summary: "." },
    json: { type: "switch", short: "j", summary: "." },
    header: { type: "text", hint: "name: value", repeatable: true, summary: "." },
    as: { type: "choice", of: ["kubelet", "haproxy"], summary: "." },
    config: { type: "file", summary: "." },
    pattern: {
      type: "text",
      summary: ".",
      parse: (text) => {
        if (text === "(") throw new UsageError("must be a regular expression");
        return new RegExp(text);
      },
    },
  },
  examples: [],
  exits: {},
  run: async () => 0,
});

const parsed = (...words: string[]) => parseCommandLine(command, words);

function messageOf(...words: string[]): string {
  try {
    parseCommandLine(command, words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "no error";
}

test("without flags, every flag has its default", () => {
  expect(parsed("http://a")).toEqual({
    flags: {
      timeout: 1000,
      retries: 0,
      port: undefined,
      quiet: false,
      json: false,
      header: [],
      as: undefined,
      config: undefined,
      pattern: undefined,
    },
    arguments: ["http://a"],
    trailing: [],
  });
});

test("values are of the type of their flag, in each way to write them", () => {
  const words = ["--timeout=500ms", "--retries", "3", "-qj", "--as", "haproxy", "--pattern", "^a"];
  expect(parsed(...words, "http://a")).toMatchObject({
    flags: { timeout: 500, retries: 3, quiet: true, json: true, as: "haproxy", pattern: /^a/ },
  });
  expect(parsed("-t2s", "http://a")).toMatchObject({ flags: { timeout: 2000 } });
  expect(parsed("-t", "2s", "http://a")).toMatchObject({ flags: { timeout: 2000 } });
});

test("a repeatable flag is a list, in its order; a value may look like a flag after =", () => {
  expect(parsed("--header", "a: 1", "--header=-b: 2", "http://a")).toMatchObject({
    flags: { header: ["a: 1", "-b: 2"] },
  });
});

test("flags may stand before and after arguments; after -- all words are the command's", () => {
  expect(parsed("http://a", "-q", "http://b", "--", "node", "--help", "-q", "--")).toEqual(
    expect.objectContaining({
      flags: expect.objectContaining({ quiet: true }),
      arguments: ["http://a", "http://b"],
      trailing: ["node", "--help", "-q", "--"],
    }),
  );
});

test.each([["--help"], ["-h"], ["-qh"], ["--nonsense", "--help"], ["--retries", "x", "-h"]])(
  "%j asks for help",
  (...words) => {
    expect(parsed(...words)).toBe("help");
  },
);

describe("wrong use is told in one sentence:", () => {
  test.each([
    [["--tiemout", "1s", "u"], "There is no flag --tiemout. Did you mean --timeout?"],
    [["--xyz", "u"], "There is no flag --xyz."],
    [["-x", "u"], "There is no flag -x."],
    [["--__proto__", "u"], "There is no flag --__proto__."],
    [["--constructor", "u"], "There is no flag --constructor."],
    [["--quiet=yes", "u"], "--quiet takes no value."],
    [["u", "--timeout"], "--timeout needs a value: --timeout <duration>."],
    [["u", "--timeout", "--quiet"], "--timeout needs a value: --timeout <duration>."],
    [["u", "--header"], "--header needs a value: --header <name: value>."],
    [
      ["-t", "1", "u"],
      '-t must be a duration such as "500ms", "30s" or "2m", of 100ms or more and of at most 1m, but is "1". Write the unit: 1s.',
    ],
    [
      ["--timeout", "500", "u"],
      '--timeout must be a duration such as "500ms", "30s" or "2m", of 100ms or more and of at most 1m, but is "500". Write the unit: 500ms.',
    ],
    [
      ["--timeout", "70", "u"],
      '--timeout must be a duration such as "500ms", "30s" or "2m", of 100ms or more and of at most 1m, but is "70".',
    ],
    [
      ["--timeout=2m", "u"],
      '--timeout must be a duration such as "500ms", "30s" or "2m", of 100ms or more and of at most 1m, but is "2m".',
    ],
    [
      ["--timeout=50ms", "u"],
      '--timeout must be a duration such as "500ms", "30s" or "2m", of 100ms or more and of at most 1m, but is "50ms".',
    ],
    [
      ["--timeout", "9999999h", "u"],
      '--timeout must be at most 576h, which are 24 days, but is "9999999h".',
    ],
    [["--timeout", "1s", "-t", "2s", "u"], "--timeout is given more than once."],
    [["--retries", "1.5", "u"], '--retries must be a whole number of at most 9, but is "1.5".'],
    [["--retries=-1", "u"], '--retries must be a whole number of at most 9, but is "-1".'],
    [["--retries", "10", "u"], '--retries must be a whole number of at most 9, but is "10".'],
    [["--retries=", "u"], '--retries must be a whole number of at most 9, but is "".'],
    [["--port", "0", "u"], '--port must be a whole number of 1 or more, but is "0".'],
    [["--as", "nginx", "u"], '--as must be one of kubelet, haproxy, but is "nginx".'],
    [
      ["--as", "kublet", "u"],
      '--as must be one of kubelet, haproxy, but is "kublet". Did you mean "kubelet"?',
    ],
    [["--config=", "u"], '--config must be the path of a file, but is "".'],
    [["--pattern", "(", "u"], '--pattern must be a regular expression, but is "(".'],
    [[], "Expected a url."],
    [["u", "--"], 'Expected command after "--".'],
    [
      ["--as", "http://me:secret@a", "u"],
      '--as must be one of kubelet, haproxy, but is "http://…@a".',
    ],
    [[`--${"x".repeat(200)}`, "u"], `There is no flag --${"x".repeat(78)}….`],
  ])("%j", (words, message) => {
    expect(messageOf(...words)).toBe(message);
  });
});
