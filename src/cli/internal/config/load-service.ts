import { detect, type LeftVariable } from "../../../checks/index.ts";
import type { Check, Logger } from "../../../index.ts";
import { UsageError } from "../usage-error.ts";
import { NAME, NAMES } from "./check-shapes.ts";
import { ConfigError, configError } from "./config-error.ts";
import { CONFIG, type Config } from "./config-shape.ts";
import { type ReadConfig, readConfig } from "./read-config.ts";
import { createReferenceMask } from "./reference-mask.ts";
import { BadReference, expand, type ReferenceSources } from "./references.ts";
import { buildService, Misconfiguration, type Service } from "./service.ts";
import { serviceUrl } from "./service-url.ts";

/** The origins of a configuration. */
export interface ConfigOrigins {
  /** The file, and its text. */
  readonly file: { readonly name: string; readonly text: string } | undefined;
  /** Checks as `name=url`. */
  readonly words: readonly string[];
  /** Whether the environment is searched for URLs. */
  readonly fromEnv: boolean;
  /** The options of flags, which the file does not override. */
  readonly listen: NonNullable<Config["listen"]>;
  readonly log: Config["log"] | undefined;
}

/** A service that is ready to be served, or to take the place of another. */
export interface LoadedService extends Service {
  /** The variables that became no check, where the environment was searched. */
  readonly left: readonly LeftVariable[];
  /** A text that is equal for services that are the same. */
  readonly identity: string;
}

/** Makes the logger of a configuration. */
export type LoggerOf = (form: Config["log"]) => Logger | false;

/**
 * Reads a configuration and makes its service.
 *
 * @throws ConfigError with every problem of the file and its place; UsageError for a check of the command line
 */
export function loadService(
  { file, words, fromEnv, listen, log }: ConfigOrigins,
  sources: ReferenceSources,
  loggerOf: LoggerOf,
): LoadedService {
  const read = readConfig(file?.name ?? "", file?.text ?? "{}", CONFIG, sources);
  if (read.problems.length > 0) throw configError(read.problems, read.source);
  const { checks: given, values } = checksOfWords(words, sources);
  const { $schema: _, ...config } = read.value;
  const twice = Object.keys(given).find((name) => Object.hasOwn(config.checks ?? {}, name));
  if (twice !== undefined) {
    throw new UsageError(`The check ${twice} is in ${file?.name} too. Rename one of the two.`);
  }
  const whole: Config = {
    ...config,
    checks: { ...config.checks, ...given },
    listen: { ...config.listen, ...listen },
    log: log ?? config.log ?? "text",
  };
  const {
    checks: found,
    left,
    urls,
  } = fromEnv
    ? detected(sources, Object.keys(whole.checks ?? {}))
    : { checks: {}, left: [], urls: [] };
  if (fromEnv && file === undefined && words.length === 0 && Object.keys(found).length === 0) {
    throw new ConfigError(
      [
        "The environment has no URL of a known server, such as DATABASE_URL. Set one, or give a check as name=url.",
        ...left.map(({ variable, why }) => `The variable ${variable} became no check: ${why}`),
      ].join("\n"),
    );
  }
  const mask = createReferenceMask([...read.references, ...values, ...urls]);
  try {
    const service = buildService(whole, found, loggerOf(whole.log), mask);
    const identity = JSON.stringify([whole, Object.keys(found)]);
    return { ...service, left, identity };
  } catch (failure) {
    if (!(failure instanceof Misconfiguration)) throw failure;
    const { path, message } = failure;
    throw placed({ path, message: mask(message) }, read, Object.keys(given));
  }
}

/** The error of a misconfiguration: at its place in the file, or about a word of the command line. */
function placed(
  { path, message }: Pick<Misconfiguration, "path" | "message">,
  { findRange, source }: ReadConfig<Config>,
  words: readonly string[],
): Error {
  const [section, name] = path;
  if (section === "checks" && words.includes(String(name))) {
    return new UsageError(`The check ${name} of the command line: ${message}`);
  }
  if (source.name === "") return new UsageError(message);
  const [start, end] = findRange(path);
  return configError([{ message, start, end }], source);
}

/** The checks of the command line, and what their references stand for. */
function checksOfWords(
  words: readonly string[],
  sources: ReferenceSources,
): {
  readonly checks: Readonly<Record<string, string>>;
  readonly values: readonly string[];
} {
  const values: string[] = [];
  const checks: Record<string, string> = {};
  for (const word of words) {
    const [, name = "", url = ""] = /^([^=]*)=(.+)$/s.exec(word) ?? [];
    // The word is not repeated: it may hold a password.
    if (!NAME.test(name)) {
      const position = words.indexOf(word) + 1;
      throw new UsageError(
        `Argument ${position} must be a check as name=url, such as database=postgres://127.0.0.1/shop, with ${NAMES}.`,
      );
    }
    if (Object.hasOwn(checks, name)) throw new UsageError(`The check ${name} is given twice.`);
    try {
      const expanded = expand(url, sources);
      checks[name] = expanded.text;
      values.push(...expanded.values);
    } catch (failure) {
      if (!(failure instanceof BadReference)) throw failure;
      throw new UsageError(`The check ${name} of the command line: ${failure.message}`);
    }
  }
  return { checks, values };
}

/** The words of the command for the codes whose words in the package name its functions. */
const IN_COMMAND_WORDS: Partial<Record<LeftVariable["code"], (variable: string) => string>> = {
  "http-service": (variable) =>
    `What an HTTP service is to answer is not known. Give it as name=\${${variable}}, or by the key "http" of a check in a file.`,
  "needs-client": () => "hale serve has no check for it.",
};

interface Detected {
  readonly checks: Readonly<Record<string, Check>>;
  readonly left: readonly LeftVariable[];
  /** The URLs of the checks, which may hold credentials. */
  readonly urls: readonly string[];
}

/** The checks of the environment, but for those whose names are taken. */
function detected({ env }: ReferenceSources, taken: readonly string[]): Detected {
  const known = Object.entries(env).map(([name, value]) => [name, value && serviceUrl(value)]);
  const { checks, found, left } = detect(Object.fromEntries(known));
  const isTaken = ({ check }: { readonly check: string }) => taken.includes(check);
  return {
    checks: Object.fromEntries(Object.entries(checks).filter(([check]) => !taken.includes(check))),
    left: [
      ...left.map((one) => ({
        ...one,
        why: IN_COMMAND_WORDS[one.code]?.(one.variable) ?? one.why,
      })),
      ...found.filter(isTaken).map(({ variable, check }) => ({
        variable,
        code: "same-name" as const,
        why: `There is a check "${check}" already.`,
      })),
    ],
    urls: found
      .filter((one) => !isTaken(one))
      .map(({ variable, scheme }) => urlToMask(env[variable] ?? "", scheme)),
  };
}

/** The URL of a variable, which may hold credentials; a list of addresses has no scheme of its own. */
function urlToMask(value: string, scheme: string): string {
  return value.includes("://") ? value : `${scheme}://${value}`;
}
