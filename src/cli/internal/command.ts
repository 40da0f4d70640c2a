import type { Terminal } from "./terminal.ts";

interface FlagBase {
  /** One sentence for `--help`, the reference and the completions. */
  readonly summary: string;
  /** The one-letter form, without its dash. */
  readonly short?: string;
}

/** A flag that is given or not, and takes no value. */
export interface SwitchFlag extends FlagBase {
  readonly type: "switch";
}

interface ValueFlagBase extends FlagBase {
  /** The default, as an operator would write it. */
  readonly default?: string;
  /** The name of the value in `--help`, such as `url`. Defaults to the type. */
  readonly hint?: string;
  /** Whether the flag may be given more than once; its value is then a list. */
  readonly repeatable?: boolean;
}

/** A flag whose value is any text, or what `parse` makes of it. */
export interface TextFlag extends ValueFlagBase {
  readonly type: "text";
  /** Converts the text. It throws a `UsageError` such as `must be a URL`, which the parser completes. */
  readonly parse?: (text: string) => unknown;
  /** Writes a wrong value for an error, where it may hold a credential. Without it, the value is quoted. */
  readonly describe?: (text: string) => string;
}

/** A flag whose value is a path of a file or of a folder, which shells complete. */
export interface PathFlag extends ValueFlagBase {
  readonly type: "file" | "folder";
}

/** A flag whose value is a duration; its bounds are in milliseconds. */
export interface DurationFlag extends ValueFlagBase {
  readonly type: "duration";
  readonly min?: number;
  readonly max?: number;
}

/** A flag whose value is a whole number. */
export interface NumberFlag extends ValueFlagBase {
  readonly type: "number";
  /** @default 0 */
  readonly min?: number;
  readonly max?: number;
}

/** A flag whose value is one of a few words. */
export interface ChoiceFlag extends ValueFlagBase {
  readonly type: "choice";
  readonly of: readonly string[];
}

/** A flag of a command, by which it is parsed, explained and completed. */
export type Flag = SwitchFlag | TextFlag | PathFlag | DurationFlag | NumberFlag | ChoiceFlag;

/** The flags of a command by their long names, without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** The arguments that are no flags: so many of one kind. */
export interface Arguments {
  /** The name of each in `--help`, such as `url`. */
  readonly name: string;
  readonly summary: string;
  /** @default 0 */
  readonly min?: number;
  /** @default Infinity */
  readonly max?: number;
  /** The words that are accepted. Any text is accepted without it. */
  readonly of?: readonly string[];
}

/** An example in `--help` and in the reference: a command line, and its effect in one sentence. */
export interface Example {
  readonly command: string;
  readonly effect: string;
}

type ValueOf<F extends Flag> = F extends { readonly parse: (text: string) => infer Value }
  ? Value
  : F extends ChoiceFlag
    ? F["of"][number]
    : F extends DurationFlag | NumberFlag
      ? number
      : string;

type Given<F extends Flag> = F extends SwitchFlag
  ? boolean
  : F extends { readonly repeatable: true }
    ? readonly ValueOf<F>[]
    : F extends { readonly default: string }
      ? ValueOf<F>
      : ValueOf<F> | undefined;

/** The parsed command line, which `run` takes. */
export interface Input<F extends Flags> {
  readonly flags: { readonly [Name in keyof F]: Given<F[Name]> };
  readonly arguments: readonly string[];
  /** The words after `--` of a command with `trailing`; empty without them. */
  readonly trailing: readonly string[];
}

/** The description of a sub-command; help, reference, completions and parsing follow from it. */
export interface CommandDescription<F extends Flags> {
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** Paragraphs for `--help` and the reference, each a text without line breaks. */
  readonly description: readonly string[];
  readonly arguments?: Arguments;
  /** The words after `--`, where the command takes any. */
  readonly trailing?: { readonly name: string; readonly summary: string };
  readonly flags: F;
  readonly examples: readonly Example[];
  /**
   * The meaning of each exit code but 64 and 70, which every command has for wrong use and for its own faults. A command
   * without 74 keeps its code when its output is lost.
   */
  readonly exits: Readonly<Record<number, string>>;
  /**
   * Runs the command, and resolves to its exit code. It imports its implementation on demand, so that `--help` and
   * other commands do not load it.
   */
  run(input: Input<F>, terminal: Terminal): Promise<number>;
}

/** A sub-command whose flags are not known to the type checker. */
export type Command = CommandDescription<Flags>;

/** Defines a sub-command; `run` takes values of the types that its flags have. */
export function defineCommand<const F extends Flags>(description: CommandDescription<F>): Command {
  // Input is made by the parser from these same flags, so that the types agree.
  return description as unknown as Command;
}
