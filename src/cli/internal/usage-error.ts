/** The exit code of a command that was used wrongly, `EX_USAGE` of sysexits.h. Docker reserves 2. */
export const EXIT_USAGE = 64;

/** An error in how a command was used: the runner writes its message to stderr, and exits with 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** A sentence that suggests a correction, for after the wrong value of a flag. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
