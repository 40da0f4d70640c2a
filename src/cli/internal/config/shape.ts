import { MAX_DURATION } from "../duration.ts";

declare const VALUE: unique symbol;

/** The description of one value of the configuration; reading, the JSON Schema and the reference follow from it. */
export interface Shape<Value = unknown> {
  readonly kind: ShapeKind;
  /** The type of the value that is read. */
  readonly [VALUE]?: Value;
}

/** The kinds of values. */
export type ShapeKind =
  | {
      readonly type: "text";
      readonly expected: string;
      readonly pattern?: RegExp;
      /** Suggests what was meant by a wrong text, without anything that may be a secret. */
      readonly hint?: (text: string) => string | undefined;
    }
  | { readonly type: "number"; readonly min: number; readonly max: number }
  | {
      readonly type: "duration";
      readonly min: number;
      readonly max: number;
      readonly zero: boolean;
    }
  | { readonly type: "boolean" }
  /** Any text, number, truth value or null. */
  | { readonly type: "scalar" }
  | { readonly type: "choice"; readonly of: readonly (string | number | boolean)[] }
  | { readonly type: "list"; readonly of: Shape; readonly min: number }
  | { readonly type: "map"; readonly of: Shape; readonly names: string; readonly pattern?: RegExp }
  | { readonly type: "object"; readonly fields: Fields; readonly required: readonly string[] }
  /** One of several, of which the YAML decides: a scalar, a list or a mapping. */
  | { readonly type: "either"; readonly of: readonly Shape[] }
  /** A mapping whose shape is that of the one key that it has. */
  | { readonly type: "variants"; readonly of: Readonly<Record<string, Shape<object>>> }
  /** A shape that contains itself. */
  | { readonly type: "later"; readonly name: string; readonly shape: () => Shape };

/** One key of a mapping. */
export interface Field<Value = unknown> {
  readonly shape: Shape<Value>;
  /** One or two sentences for the schema and the reference. */
  readonly about: string;
  /** The default, as an operator would write it. */
  readonly preset?: string;
  /** Whether its value is never shown in an error. */
  readonly secret?: boolean;
}

/** The keys of a mapping, in the order of the reference. */
export type Fields = Readonly<Record<string, Field>>;

/** The value that is read of a shape. */
export type ValueOf<S> = S extends Shape<infer Value> ? Value : never;

type ObjectOf<F extends Fields> = {
  readonly [Name in keyof F]?: F[Name] extends Field<infer Value> ? Value : never;
};

/** A text, of which an error says what it is to be. */
export function text(
  expected = "a text",
  pattern?: RegExp,
  hint?: (text: string) => string | undefined,
): Shape<string> {
  return { kind: { type: "text", expected, ...(pattern && { pattern }), ...(hint && { hint }) } };
}

/** A whole number. */
export function number(min: number, max: number): Shape<number> {
  return { kind: { type: "number", min, max } };
}

/** A duration with its unit, read as milliseconds; `zero` allows `0` too. */
export function duration(min: number, { max = MAX_DURATION, zero = false } = {}): Shape<number> {
  return { kind: { type: "duration", min, max, zero } };
}

/** `true` or `false`. */
export const boolean: Shape<boolean> = { kind: { type: "boolean" } };

/** Any text, number, truth value or null. */
export const scalar: Shape<string | number | boolean | null> = { kind: { type: "scalar" } };

/** One of a few words, numbers or truth values. */
export function choice<const Words extends readonly (string | number | boolean)[]>(
  ...of: Words
): Shape<Words[number]> {
  return { kind: { type: "choice", of } };
}

/** A list, of so many entries at least. */
export function list<Entry>(of: Shape<Entry>, min = 1): Shape<readonly Entry[]> {
  return { kind: { type: "list", of, min } };
}

/** A mapping with names of the operator's. */
export function map<Entry>(
  of: Shape<Entry>,
  names: string,
  pattern?: RegExp,
): Shape<Readonly<Record<string, Entry>>> {
  return { kind: { type: "map", of, names, ...(pattern && { pattern }) } };
}

/** A mapping with known keys. */
export function object<F extends Fields>(
  fields: F,
  required: readonly (keyof F & string)[] = [],
): Shape<ObjectOf<F>> {
  return { kind: { type: "object", fields, required } };
}

/** One of several shapes, which differ in whether they are scalars, lists or mappings. */
export function either<const Shapes extends readonly Shape[]>(
  ...of: Shapes
): Shape<ValueOf<Shapes[number]>> {
  return { kind: { type: "either", of } };
}

/** A mapping whose other keys depend on which of these keys it has. */
export function variants<const Of extends Readonly<Record<string, Shape<object>>>>(
  of: Of,
): Shape<ValueOf<Of[keyof Of]>> {
  return { kind: { type: "variants", of } };
}

/** A shape that is defined later, under its name in the schema. */
export function later<Value>(name: string, shape: () => Shape<Value>): Shape<Value> {
  return { kind: { type: "later", name, shape } };
}

/** Makes one key. */
export function field<Value>(
  shape: Shape<Value>,
  about: string,
  more: Pick<Field, "preset" | "secret"> = {},
): Field<Value> {
  return { shape, about, ...more };
}
