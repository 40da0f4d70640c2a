import { createRequire } from "node:module";
import { parse } from "yaml";

const require = createRequire(import.meta.url);

/** A manifest of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A class of `kubernetes-models`, whose `validate` is compiled from the OpenAPI schema of Kubernetes. */
interface Model {
  readonly prototype: { validate(this: unknown): void };
}

/** The manifests in a text; one that is no YAML throws. */
export function manifestsIn(text: string): Manifest[] {
  return text.split(/^---$/m).map((document) => parse(document) as Manifest);
}

/** Throws where a manifest breaks the schema of its kind, or has a field that the schema does not know. */
export function validateManifest(manifest: Manifest): void {
  const { apiVersion, kind } = manifest;
  const models: Record<string, Model> = require(`kubernetes-models/${apiVersion}`);
  const model = models[kind];
  if (model === undefined) throw new Error(`${apiVersion} has no kind ${kind}.`);
  const unread = new Set<string>();
  model.prototype.validate.call(watched(manifest, "", unread));
  if (unread.size > 0) throw new Error(`Unknown fields: ${[...unread].join(", ")}`);
}

/**
 * Wraps a value so that fields which the validator never reads stay in `unread`. The compiled schema reads each field
 * that it knows, and ignores all others, as a client of Kubernetes that does not validate does.
 */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const fields = new Map(
    Object.entries(value).map(([name, inner]) => {
      const place = `${path}/${name}`;
      unread.add(place);
      return [name, { place, inner }] as const;
    }),
  );
  return new Proxy(value, {
    get(target, name) {
      const field = typeof name === "string" ? fields.get(name) : undefined;
      if (field === undefined) return Reflect.get(target, name);
      if (unread.delete(field.place)) {
        return remember(fields, name as string, watched(field.inner, field.place, unread));
      }
      return field.inner;
    },
  });
}

/** Keeps what a field was wrapped as, so that it is wrapped once. */
function remember(
  fields: Map<string, { readonly place: string; readonly inner: unknown }>,
  name: string,
  inner: unknown,
): unknown {
  fields.set(name, { place: fields.get(name)?.place ?? "", inner });
  return inner;
}
