import { parseArgs } from "node:util";
import { nearestWord } from "../../contract/nearest-word.ts";
import type { Command, Flags, Input } from "./command.ts";
import { parseFlag } from "./parse-flag.ts";
import { quote, shorten } from "./quote.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Parses the words after the name of a command by its description; `"help"` when they ask for help.
 *
 * @throws UsageError for anything that the description does not allow
 */
export function parseCommandLine(
  command: Command,
  words: readonly string[],
): Input<Flags> | "help" {
  const { tokens } = parseArgs({
    args: [...words],
    options: optionsOf(command.flags),
    strict: false,
    tokens: true,
  });
  const end = tokens.find(({ kind }) => kind === "option-terminator")?.index ?? Infinity;
  const given = new Map<string, unknown[]>();
  const positionals: string[] = [];
  const trailing: string[] = [];
  // Help is shown whatever else is wrong with the command line.
  if (tokens.some((token) => token.kind === "option" && token.name === "help")) return "help";
  for (const token of tokens) {
    if (token.kind === "positional") {
      const isTrailing = token.index > end && command.trailing !== undefined;
      (isTrailing ? trailing : positionals).push(token.value);
    } else if (token.kind === "option") {
      const values = given.get(token.name) ?? [];
      values.push(readFlag(command, token));
      given.set(token.name, values);
    }
  }
  if (end < Infinity && command.trailing !== undefined && trailing.length === 0) {
    throw new UsageError(`Expected ${command.trailing.name} after "--".`);
  }
  if (trailing[0] === "") throw new UsageError('The command after "--" is empty.');
  checkArguments(command, positionals);
  return { flags: valuesOf(command.flags, given), arguments: positionals, trailing };
}

/** The flags of a command as `parseArgs` takes them. */
function optionsOf(flags: Flags) {
  const options: Record<string, { type: "boolean" | "string"; short?: string }> = {
    help: { type: "boolean", short: "h" },
  };
  for (const [name, { type, short }] of Object.entries(flags)) {
    options[name] = {
      type: type === "switch" ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    };
  }
  return options;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readFlag({ flags }: Command, token: OptionToken): unknown {
  const { name, rawName, value, inlineValue = false } = token;
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined) throw unknownFlag(rawName, flags);
  if (flag.type === "switch") {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    return true;
  }
  // A word that looks like a flag is more likely one than a value; "--flag=-x" gives such a value.
  if (value === undefined || (!inlineValue && /^-./.test(value))) {
    throw new UsageError(`${rawName} needs a value: ${rawName} <${flag.hint ?? flag.type}>.`);
  }
  try {
    return parseFlag(flag, value);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { describe = quote } = flag.type === "text" ? flag : {};
    const message = `${rawName} ${error.message}, but is ${describe(value)}.`;
    throw new UsageError([message, error.hint].filter(Boolean).join(" "));
  }
}

function unknownFlag(rawName: string, flags: Flags): UsageError {
  const likely = nearestWord(rawName.replace(/^-+/, ""), [...Object.keys(flags), "help"]);
  const hint = likely === undefined ? "" : ` Did you mean --${likely}?`;
  return new UsageError(`There is no flag ${shorten(rawName)}.${hint}`);
}

function checkArguments({ arguments: expected }: Command, given: readonly string[]) {
  const { name = "", min = 0, max = expected === undefined ? 0 : Infinity, of } = expected ?? {};
  if (given.length < min) throw new UsageError(`Expected a ${name}.`);
  const extra = given[max];
  if (extra !== undefined) {
    const most =
      max === 0 ? "no arguments" : `at most ${max} ${max === 1 ? "argument" : "arguments"}`;
    throw new UsageError(`Expected ${most}, but was given ${quote(extra)}.`);
  }
  const wrong = given.find((word) => of !== undefined && !of.includes(word));
  if (wrong !== undefined) {
    const likely = nearestWord(wrong, of ?? []);
    const hint = likely === undefined ? "" : ` Did you mean "${likely}"?`;
    throw new UsageError(
      `The ${name} must be one of ${of?.join(", ")}, but is ${quote(wrong)}.${hint}`,
    );
  }
}

/** The value of every flag: what was given, else its default. */
function valuesOf(flags: Flags, given: ReadonlyMap<string, readonly unknown[]>) {
  const entries = Object.entries(flags).map(([name, flag]) => {
    const values = given.get(name) ?? [];
    if (flag.type === "switch") return [name, values.length > 0];
    if (flag.repeatable === true) return [name, values];
    if (values.length > 1) throw new UsageError(`--${name} is given more than once.`);
    if (values.length === 1) return [name, values[0]];
    return [name, flag.default === undefined ? undefined : parseFlag(flag, flag.default)];
  });
  return Object.fromEntries(entries);
}
