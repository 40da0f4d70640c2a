import type { Labels } from "./prometheus-client.ts";

/** The labels of a sample, in the given order; those that it does not have are empty. */
export function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? ""]));
}

/** A text that is the same for the same labels. */
export function keyOf(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name] ?? ""));
}

/** Orders rows by the values of their labels. */
export function byLabels(
  one: { readonly labels: Labels },
  other: { readonly labels: Labels },
): number {
  const [text, otherText] = [one, other].map(({ labels }) => Object.values(labels).join("/"));
  return (text as string).localeCompare(otherText as string);
}
