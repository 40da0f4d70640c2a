import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";
import { nearestWord } from "../../../contract/nearest-word.ts";
import { expectedOf } from "./expected.ts";
import type { Problem, SourceText } from "./problem.ts";
import { BadReference, expand, type ReferenceSources } from "./references.ts";
import { mayBeSecret, parseScalar, type ScalarText } from "./scalar.ts";
import type { Fields, Shape } from "./shape.ts";
import { describeYamlError } from "./yaml-error.ts";
import {
  describeNode,
  formOfNode,
  formOfShape,
  isEmpty,
  keyText,
  pairsOf,
  type Range,
  rangeOf,
  resolved,
} from "./yaml-nodes.ts";

/** The keys and positions from the top of the configuration to one value. */
export type Path = readonly (string | number)[];

/** A configuration that was read, with the ranges of its values in the text. */
export interface ReadConfig<Value> {
  /** Incomplete where there are problems. */
  readonly value: Value;
  readonly problems: readonly Problem[];
  readonly source: SourceText;
  /** The values that the references of its texts stand for. */
  readonly references: readonly string[];
  /** Finds the range of a value in the text, or of the nearest one above it. */
  findRange(path: Path): Range;
}

/** The maximum number of values of a configuration: aliases may make many of a few. */
const MAX_VALUES = 20_000;

/** The refusal of a file without a value, such as one of comments alone. */
const EMPTY = `is empty. Write its checks, as in checks: { database: "\${DATABASE_URL}" }.`;

/** The maximum number of keys and positions from the top to a value. */
const MAX_DEPTH = 40;

/** Reads a configuration, YAML 1.2 or JSON, by its shape. Each problem has its place in the text. */
export function readConfig<Value>(
  name: string,
  text: string,
  shape: Shape<Value>,
  sources: ReferenceSources,
): ReadConfig<Value> {
  const document = parseDocument(text, { prettyErrors: false });
  const reader = new Reader(document, text, sources);
  const unreadable = document.errors.map((error) => {
    const [start, end] = error.pos;
    return { message: describeYamlError(error), start, end };
  });
  if (unreadable.length === 0) {
    const value = reader.readTop(shape) as Value;
    const { problems, secrets, references } = reader;
    const findRange = (path: Path) => reader.findRange(path);
    return { value, problems, source: { name, text, secrets }, references, findRange };
  }
  // It is not known which value is a secret, so that none is shown.
  const source: SourceText = { name, text, secrets: valuesOf(text) };
  const findRange = (): Range => [0, 0];
  return { value: {} as Value, problems: unreadable, source, references: [], findRange };
}

/** The words of a text that are no keys. */
function valuesOf(text: string): readonly Range[] {
  const keys = /^[\s-]*[\w.-]+(?=\s*:(?:\s|$))/.source;
  const words = new RegExp(`${keys}|([^\\s:,[\\]{}"'#]+)`, "gm");
  return [...text.matchAll(words)].flatMap(({ index, 1: word }) =>
    word === undefined ? [] : [[index, index + word.length] as const],
  );
}

/** Reads the nodes of one document, and collects what is wrong with them. */
class Reader {
  readonly problems: Problem[] = [];
  readonly secrets: Range[] = [];
  readonly references: string[] = [];
  readonly #document: Document;
  readonly #text: string;
  readonly #sources: ReferenceSources;
  readonly #ranges = new Map<string, Range>();
  #values = 0;
  #secret = false;

  constructor(document: Document, text: string, sources: ReferenceSources) {
    this.#document = document;
    this.#text = text;
    this.#sources = sources;
  }

  findRange(path: Path): Range {
    const range = this.#ranges.get(JSON.stringify(path));
    if (range !== undefined || path.length === 0) return range ?? [0, 0];
    return this.findRange(path.slice(0, -1));
  }

  /** Reads the whole document, which must have something in it: an empty file would serve nothing. */
  readTop(shape: Shape): unknown {
    const { contents } = this.#document;
    return isEmpty(contents) ? this.#refuse([0, 0], [], EMPTY) : this.read(contents, shape, []);
  }

  read(given: unknown, shape: Shape, path: Path): unknown {
    if (++this.#values > MAX_VALUES) {
      if (this.#values > MAX_VALUES + 1) return undefined;
      return this.#refuse([0, 0], [], `has more than ${MAX_VALUES} values.`);
    }
    // An alias within its own anchor has no end.
    if (path.length > MAX_DEPTH)
      return this.#refuse(this.findRange(path), [], "is nested too deep.");
    const node = resolved(given, this.#document);
    const range = rangeOf(given) ?? this.findRange(path);
    if (rangeOf(given) !== undefined) this.#ranges.set(JSON.stringify(path), range);
    if (isAlias(given) && node === undefined) {
      const why = "is an alias of an anchor that does not stand before it. Write &name there.";
      return this.#refuse(range, path, why);
    }
    if (isScalar(node) && mayBeSecret(String(node.value))) this.secrets.push(range);
    const { kind } = shape;
    switch (kind.type) {
      case "later":
        return this.read(given, kind.shape(), path);
      case "either":
        return this.#readEither(given, node, kind.of, path);
      case "list":
        if (!isSeq(node) || node.items.length < kind.min) break;
        return node.items.map((item, index) => this.read(item, kind.of, [...path, index]));
      case "map":
        if (isEmpty(node)) return {};
        if (!isMap(node)) break;
        return this.#readPairs(node, path, (name, key) => {
          if (kind.pattern?.test(name) ?? true) return { shape: kind.of };
          return this.#refuse(key, path, `has a key that is none of the ${kind.names}.`);
        });
      case "object":
        // A key above lines that are commented out has no value.
        if (isEmpty(node)) return this.#requireKeys(range, path, [], kind.required, {});
        if (!isMap(node)) break;
        return this.#readObject(node, path, kind.fields, kind.required);
      case "variants":
        if (!isMap(node)) break;
        return this.#readVariant(node, path, kind.of);
      default:
        if (isScalar(node) || isEmpty(node)) return this.#readScalar(node, range, shape, path);
    }
    const hint = kind.type === "list" && isScalar(node) ? " Write a list: [first, second]." : "";
    const why = `must be ${expectedOf(shape)}, but is ${describeNode(node)}.${hint}`;
    return this.#refuse(range, path, why);
  }

  #readEither(given: unknown, node: unknown, shapes: readonly Shape[], path: Path): unknown {
    const fitting = shapes.filter((shape) => formOfShape(shape) === formOfNode(node));
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) return this.read(given, only, path);
    const before = this.problems.length;
    for (const shape of fitting) {
      const value = this.read(given, shape, path);
      if (this.problems.length === before) return value;
      this.problems.length = before;
    }
    const expected = shapes.map(expectedOf).join(", or ");
    const range = rangeOf(given) ?? this.findRange(path);
    return this.#refuse(range, path, `must be ${expected}, but is ${describeNode(node)}.`);
  }

  /** Reads a mapping; `others` are keys of mappings of another kind, which may have been meant. */
  #readObject(
    node: YAMLMap,
    path: Path,
    fields: Fields,
    required: readonly string[],
    others: readonly string[] = [],
  ): unknown {
    const value = this.#readPairs(node, path, (name, key) => {
      if (Object.hasOwn(fields, name)) return fields[name];
      const likely = nearestWord(name, Object.keys(fields)) ?? nearestWord(name, others);
      const hint = likely === undefined ? "" : `Did you mean "${likely}"? `;
      const known = Object.keys(fields).join(", ");
      return this.#refuse(key, path, `has no key ${quoted(name)}. ${hint}It takes: ${known}.`);
    });
    const given = pairsOf(node, this.#document).map(([key]) => keyText(key));
    return this.#requireKeys(rangeOf(node) ?? [0, 0], path, given, required, value);
  }

  #readPairs(
    node: YAMLMap,
    path: Path,
    fieldOf: (
      name: string,
      key: Range,
    ) => { readonly shape: Shape; readonly secret?: boolean } | undefined,
  ): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const [key, item] of pairsOf(node, this.#document)) {
      const name = keyText(key);
      const range = rangeOf(key) ?? [0, 0];
      const field = fieldOf(name, range);
      if (field === undefined) continue;
      const outer = this.#secret;
      this.#secret ||= field.secret === true;
      if (this.#secret) this.secrets.push(rangeOf(item) ?? [0, 0]);
      this.#ranges.set(JSON.stringify([...path, name]), range);
      const value = this.read(item, field.shape, [...path, name]);
      if (value !== undefined) entries.push([name, value]);
      this.#secret = outer;
    }
    return Object.fromEntries(entries);
  }

  /** Refuses a mapping that lacks a key; one whose value is wrong is there. */
  #requireKeys(
    range: Range,
    path: Path,
    given: readonly string[],
    required: readonly string[],
    value: object,
  ): object {
    for (const key of required) {
      if (!given.includes(key)) this.#refuse(beginOf(range), path, `needs the key ${key}.`);
    }
    return value;
  }

  /** The key that decides is the one whose shape has the other deciding keys too: a queue has a URL. */
  #readVariant(node: YAMLMap, path: Path, of: Readonly<Record<string, Shape>>): unknown {
    const given = pairsOf(node, this.#document).map(([key]) => keyText(key));
    const deciding = given.filter((key) => Object.hasOwn(of, key));
    const knows = (key: string) => {
      const kind = of[key]?.kind;
      return (
        kind?.type === "object" && deciding.every((other) => Object.hasOwn(kind.fields, other))
      );
    };
    const keys = Object.keys(of);
    const { kind } = of[deciding.find(knows) ?? deciding[0] ?? ""] ?? {};
    if (kind?.type === "object")
      return this.#readObject(node, path, kind.fields, kind.required, keys);
    const likely = given.map((key) => nearestWord(key, keys)).find(Boolean);
    const hint = likely === undefined ? "" : ` Did you mean "${likely}"?`;
    const message = `needs one of the keys ${keys.join(", ")}.${hint}`;
    return this.#refuse(beginOf(this.findRange(path)), path, message);
  }

  #readScalar(node: unknown, range: Range, shape: Shape, path: Path): unknown {
    const scalar = this.#expand(node, range);
    if (scalar === undefined) return undefined;
    const parsed = parseScalar(shape, scalar);
    // The address that is listened at is logged. What is one of a few words, a number or a duration is no secret.
    const mayBeShown = path[0] === "listen" || !["text", "scalar"].includes(shape.kind.type);
    if (!mayBeShown) this.references.push(...scalar.values);
    return "value" in parsed ? parsed.value : this.#refuse(range, path, parsed.wrong);
  }

  #expand(node: unknown, range: Range): ScalarText | undefined {
    const { value = null, source = "" } = isScalar(node) ? node : {};
    const secret = this.#secret;
    if (typeof value !== "string") {
      const type = value === null ? "null" : typeof value === "boolean" ? "boolean" : "number";
      return { text: source, type, replaced: false, values: [], secret };
    }
    try {
      return { ...expand(value, this.#sources), type: "string", secret };
    } catch (failure) {
      if (!(failure instanceof BadReference)) throw failure;
      const { reference, message } = failure;
      const at = this.#text.slice(...range).indexOf(reference);
      const start = range[0] + Math.max(at, 0);
      const end = at === -1 ? range[1] : start + reference.length;
      this.problems.push({ message, start, end });
      return undefined;
    }
  }

  #refuse([start, end]: Range, path: Path, why: string): undefined {
    this.problems.push({ message: `${subjectOf(path)} ${why}`, start, end });
    return undefined;
  }
}

/** The first character of a range, where a caret below all of it would be of no help. */
function beginOf([start]: Range): Range {
  return [start, start + 1];
}

/** Names a value by its path, as in `checks.database.timeout`. */
export function subjectOf(path: Path): string {
  const parts = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`));
  return path.length === 0 ? "The configuration" : parts.join("").replace(/^\./, "");
}

function quoted(key: string): string {
  return mayBeSecret(key) || key.length > 60 ? "of this name" : `"${key}"`;
}
