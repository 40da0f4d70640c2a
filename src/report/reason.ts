import { cleanCode, hideCredentials, MAX_READ, redact, redactLine, shorten } from "./redact.ts";

/** The maximum depth of a chain of causes, and number of several errors in a reason. */
const MAX_DEPTH = 3;
const MAX_ERRORS = 2;

const UNREADABLE = "It failed with a value that cannot be read.";

/**
 * Returns the reason that a failure of any kind gives, in one line and without credentials: the
 * message and code of an error and of its causes. Never reads a stack or another property.
 */
export function reasonOf(failure: unknown): string {
  try {
    // A line for each until then: what comes after a ":" here is not always the value of a name in front of it.
    const lines = hideCredentials(sentences(failure, MAX_DEPTH).join("\n"));
    const line = lines
      .replace(/\.?\n;\n/g, "; ")
      .replace(/\n\(/g, " (")
      .replace(/\.?\n/g, ": ");
    return shorten(line) || "It failed without a reason.";
  } catch {
    return UNREADABLE;
  }
}

/**
 * Returns the code of a failure, without credentials: the first text or number called
 * `code` of the error and its causes, such as `HALE_LOADING`, `ECONNREFUSED` or `28P01`.
 */
export function codeOf(failure: unknown): string | undefined {
  try {
    return codeWithin(failure, MAX_DEPTH);
  } catch {
    return undefined;
  }
}

function codeWithin(failure: unknown, depth: number): string | undefined {
  if (typeof failure !== "object" || failure === null) return undefined;
  const own = shownCode(failure);
  if (own || !depth) return own;
  return [...causesOf(failure), ...errorsOf(failure).slice(0, 1)]
    .map((inner) => codeWithin(inner, depth - 1))
    .find(Boolean);
}

/** The code of an error itself, but for a credential: what is hidden beside its message, and unlike one of a driver. */
function shownCode(failure: object): string | undefined {
  const code = cleanCode(ownCode(failure));
  if (!code || !/[a-z]/.test(code)) return code;
  const end = redactLine(ownMessage(failure).slice(-MAX_READ));
  return hideCredentials(ownLines(failure, end).join("\n")).includes(code) ? code : undefined;
}

function sentences(failure: unknown, depth: number): readonly string[] {
  if (depth < 0) return [];
  if (typeof failure === "string") return [redact(failure)];
  if (typeof failure !== "object" || failure === null) {
    const kind = typeof failure === "function" ? "a function" : String(failure);
    return [redact(`It failed with ${kind}.`)];
  }
  // Node says nothing itself when every address of a host has failed, each for its own reason.
  const inner = severalOf(failure, depth);
  if (inner && !ownMessage(failure)) return [inner];
  const causes = causesOf(failure).flatMap((cause) => sentences(cause, depth - 1));
  const said: string[] = [];
  // Libraries repeat what their driver says, without its code.
  for (const line of [...ownLines(failure, redact(ownMessage(failure))), ...causes, inner])
    if (!said.some((whole) => whole.includes(line))) said.push(line);
  return said.filter(Boolean);
}

/** The reasons of several errors, as one sentence. */
function severalOf(failure: object, depth: number): string {
  const errors = errorsOf(failure).slice(0, MAX_ERRORS);
  const said = errors.map((error) => sentences(error, depth - 1).join("\n"));
  return [...new Set(said)].filter(Boolean).join("\n;\n");
}

/** The lines of an error itself: its message, as it is shown, and its code, which is no value of a word in front of it. */
function ownLines(failure: object, message: string): readonly string[] {
  const code = cleanCode(ownCode(failure)) ?? "";
  // A code of hale stands beside the reason, whose words say it all.
  if (code.startsWith("HALE_") || ownMessage(failure).includes(code)) return [message];
  return message ? [message, `(${code})`] : [code];
}

/** Returns the code of an error itself; that of an exception of the web platform is its name, beside an old number. */
export function ownCode(failure: object): unknown {
  return failure instanceof DOMException ? failure.name : (failure as { code?: unknown }).code;
}

/** Returns the message of a failure itself. */
export function ownMessage(failure: object): string {
  const { message } = failure as { message?: unknown };
  return typeof message === "string" ? message.trim() : "";
}

/** The causes of a failure, as JavaScript and Sequelize call them. */
export function causesOf(failure: object): readonly unknown[] {
  const { cause, original, parent } = failure as Record<string, unknown>;
  return [...new Set([cause, original, parent])].filter(
    (inner) => inner !== undefined && inner !== null,
  );
}

/** The parts of a failure of several. */
export function errorsOf(failure: object): readonly unknown[] {
  const { errors } = failure as { errors?: unknown };
  return Array.isArray(errors) ? errors : [];
}
