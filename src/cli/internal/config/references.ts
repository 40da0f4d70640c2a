import { encodedCredential } from "../../../contract/encoded-credential.ts";
import { readBounded } from "../read-bounded.ts";

/** The sources of references: the environment, and files such as those of Docker's and Kubernetes' secrets. */
export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

/** A text whose references were replaced. */
export interface Expanded {
  readonly text: string;
  /** Whether it had any, so that its value is not in the file and may be a secret. */
  readonly replaced: boolean;
  /** The values that the references stand for, which nothing may show; without defaults and the hosts of URLs. */
  readonly values: readonly string[];
}

/** A reference that cannot be replaced. */
export class BadReference extends Error {
  /** The reference as it is written. */
  readonly reference: string;

  constructor(reference: string, message: string) {
    super(message);
    this.reference = reference;
  }
}

/** The maximum size, in bytes, of a file that a reference names. */
const MAX_REFERENCED_FILE = 65_536;

const REFERENCE = /\$(\$\{)|\$\{([^}]*)\}?/g;
const PARTS = /^(url:)?(?:file:(\/[^}]*)|([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?)$/;

/** Reads the sources of this process. */
export const processSources = (env: ReferenceSources["env"]): ReferenceSources => ({
  env,
  readFile: (path) => readBounded(path, MAX_REFERENCED_FILE).toString("utf8"),
});

/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${file:/path}`; after `url:`, as in `${url:NAME}`, the value is
 * percent-encoded. `$${` stands for `${` itself. A file loses the line break at its end. As the user or the password of a
 * URL, what would end these is encoded, and what is encoded already stays.
 *
 * @throws BadReference
 */
export function expand(text: string, sources: ReferenceSources): Expanded {
  let replaced = false;
  const values: string[] = [];
  const expanded = text.replace(
    REFERENCE,
    (reference: string, escaped: string | undefined, _: string | undefined, at: number) => {
      if (escaped !== undefined) return escaped;
      replaced = true;
      const { value, isDefault, isEncoded } = resolveReference(reference, sources);
      const [before, after] = [text.slice(0, at), text.slice(at + reference.length)];
      const written = isEncoded ? encodeURIComponent(value) : value;
      const isOfUser = isCredential(before, after);
      if (!isDefault && (isOfUser || !isHost(before, written))) values.push(value);
      return isOfUser ? encodedCredential(written) : written;
    },
  );
  return { text: expanded, replaced, values };
}

/** Whether a reference between two texts is of the user or the password of a URL. */
function isCredential(before: string, after: string): boolean {
  const [left, right] = [before, after].map((part) => part.replace(REFERENCE, ""));
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*$/i.test(left ?? "") && /^[^/?#]*@/.test(right ?? "");
}

/** Whether a reference after a text is the host or the port of a URL, or a part of these. */
function isHost(before: string, value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*$/i.test(before) && /^[\w.:[\]-]+$/.test(value);
}

interface Found {
  readonly value: string;
  /** Whether it stands in the reference itself. */
  readonly isDefault: boolean;
}

interface Resolved extends Found {
  /** Whether the text has it percent-encoded. */
  readonly isEncoded: boolean;
}

function resolveReference(reference: string, sources: ReferenceSources): Resolved {
  const inner = reference.slice(2, -1);
  const parts = reference.endsWith("}") ? PARTS.exec(inner) : null;
  if (parts === null && /^(?:url:)?file:[^/]/.test(inner)) {
    throw new BadReference(
      reference,
      `The path of a file must be absolute, as in \${file:/run/secrets/password}.`,
    );
  }
  if (parts === null) {
    throw new BadReference(
      reference,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what an operator writes.
      'A reference must be "${NAME}", "${NAME:-default}" or "${file:/path}"; "$${" stands for "${" itself.',
    );
  }
  const [, encoded, path, name = "", preset] = parts;
  const found =
    path === undefined
      ? variable(reference, name, preset, sources)
      : { value: contents(reference, path, sources), isDefault: false };
  return { ...found, isEncoded: encoded !== undefined };
}

function variable(
  reference: string,
  name: string,
  preset: string | undefined,
  { env }: ReferenceSources,
): Found {
  const value = env[name];
  // As in a shell: the default is also for a variable that is empty.
  if (preset !== undefined && (value === undefined || value === "")) {
    return { value: preset, isDefault: true };
  }
  if (value !== undefined) return { value, isDefault: false };
  const message = `The environment variable ${name} is not set. Set it, or write \${${name}:-default}.`;
  throw new BadReference(reference, message);
}

function contents(reference: string, path: string, { readFile }: ReferenceSources): string {
  let text: string;
  try {
    text = readFile(path);
  } catch (failure) {
    const { code = "unreadable" } = failure as NodeJS.ErrnoException;
    throw new BadReference(reference, `The file ${path} cannot be read: ${code}.`);
  }
  return text.replace(/\r?\n$/, "");
}
