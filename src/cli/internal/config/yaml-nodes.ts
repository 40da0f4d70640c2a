import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { Shape } from "./shape.ts";

/** A range of the text, as offsets. */
export type Range = readonly [start: number, end: number];

/** A key of a mapping and its value. */
export type KeyAndValue = readonly [key: unknown, value: unknown];

/** The form of a value in YAML. */
export type Form = "scalar" | "list" | "mapping";

/** The form that values of a shape have. */
export function formOfShape({ kind }: Shape): Form {
  if (kind.type === "later") return formOfShape(kind.shape());
  if (kind.type === "list") return "list";
  return ["map", "object", "variants"].includes(kind.type) ? "mapping" : "scalar";
}

/** The form of a node; nothing is a scalar, as `null` is. */
export function formOfNode(node: unknown): Form {
  if (isSeq(node)) return "list";
  return isMap(node) ? "mapping" : "scalar";
}

/** Names what a node is, without its value. */
export function describeNode(node: unknown): string {
  if (isEmpty(node)) return "empty";
  if (isSeq(node) && node.items.length === 0) return "an empty list";
  const form = formOfNode(node);
  return form === "scalar" && isScalar(node) ? `a ${typeof node.value}` : `a ${form}`;
}

/** Whether a node is nothing: a key without a value. */
export function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** The range of a node without the space after it. */
export function rangeOf(node: unknown): Range | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? [range[0], range[1]] : undefined;
}

/** The text of a key. */
export function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : "";
}

/** The node that an alias stands for, or the node itself. */
export function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** The pairs of a mapping, with those that `<<` merges into it and it does not have itself. */
export function pairsOf(mapping: YAMLMap, document: Document): readonly KeyAndValue[] {
  const all = mapping.items.map(({ key, value }): KeyAndValue => [key, value]);
  const own = all.filter(([key]) => keyText(key) !== "<<");
  const merged = all
    .filter(([key]) => keyText(key) === "<<")
    .flatMap(([, value]) => {
      const target = resolved(value, document);
      return isSeq(target) ? target.items : [target];
    })
    .map((item) => resolved(item, document))
    .flatMap((item) => (isMap(item) ? item.items : []));
  const pairs = new Map(own.map((pair) => [keyText(pair[0]), pair]));
  for (const { key, value } of merged) {
    if (!pairs.has(keyText(key))) pairs.set(keyText(key), [key, value]);
  }
  return [...pairs.values()];
}
