import type { Fields, Shape, ShapeKind } from "./shape.ts";

/** A JSON Schema, as far as this one is written. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A text with a reference, which may stand for any scalar. */
const REFERENCE = { $ref: "#/definitions/reference" };

const DEFINITIONS: Readonly<Record<string, JsonSchema>> = {
  reference: {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what an operator writes.
    description: "A reference: ${NAME}, ${NAME:-default} or ${file:/path}.",
    type: "string",
    pattern: "\\$\\{",
  },
  duration: {
    description: "A duration with its unit, such as 500ms, 30s, 2m or 1m30s.",
    type: "string",
    pattern: "^(?=\\d)(\\d+h)?(\\d+m)?(\\d+(\\.\\d+)?s)?(\\d+ms)?$",
  },
};

/** Writes the JSON Schema (draft 7, which editors know) of a configuration. */
export function jsonSchemaOf(shape: Shape, title: string): JsonSchema {
  const definitions: Record<string, JsonSchema> = { ...DEFINITIONS };
  const schema = schemaOf(shape, definitions);
  return { $schema: "http://json-schema.org/draft-07/schema#", title, ...schema, definitions };
}

function schemaOf({ kind }: Shape, definitions: Record<string, JsonSchema>): JsonSchema {
  const inner = (shape: Shape) => schemaOf(shape, definitions);
  switch (kind.type) {
    case "object":
      return objectSchema(kind.fields, kind.required, definitions);
    case "map": {
      const { pattern, of } = kind;
      const names = pattern && { propertyNames: { pattern: pattern.source } };
      return { type: ["object", "null"], additionalProperties: inner(of), ...names };
    }
    case "list":
      return { type: "array", items: inner(kind.of), minItems: kind.min };
    case "either":
      return { anyOf: kind.of.map(inner) };
    case "variants":
      return { anyOf: Object.values(kind.of).map(inner) };
    case "later": {
      if (definitions[kind.name] === undefined) {
        definitions[kind.name] = {};
        definitions[kind.name] = inner(kind.shape());
      }
      return { $ref: `#/definitions/${kind.name}` };
    }
    default:
      return scalarSchema(kind);
  }
}

function objectSchema(
  fields: Fields,
  required: readonly string[],
  definitions: Record<string, JsonSchema>,
): JsonSchema {
  const properties = Object.entries(fields).map(([name, { shape, about, preset }]) => {
    const description = preset === undefined ? about : `${about} Default: ${preset}.`;
    const schema = schemaOf(shape, definitions);
    // Beside a $ref, draft 7 reads nothing.
    return [name, "$ref" in schema ? { description, allOf: [schema] } : { description, ...schema }];
  });
  return {
    type: required.length > 0 ? "object" : ["object", "null"],
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

function scalarSchema(kind: ShapeKind): JsonSchema {
  switch (kind.type) {
    case "text":
      return textSchema(kind.pattern);
    case "number":
      return { anyOf: [{ type: "integer", minimum: kind.min, maximum: kind.max }, REFERENCE] };
    case "duration": {
      const zero = kind.zero ? [{ const: 0 }] : [];
      return { anyOf: [{ $ref: "#/definitions/duration" }, ...zero, REFERENCE] };
    }
    case "boolean":
      return { anyOf: [{ type: "boolean" }, REFERENCE] };
    case "choice":
      return { anyOf: [{ enum: kind.of }, REFERENCE] };
    default:
      return { type: ["string", "number", "boolean", "null"] };
  }
}

/** YAML reads `8080` as a number, which is a text all the same where a text is needed. */
function textSchema(pattern: RegExp | undefined): JsonSchema {
  if (pattern === undefined) return { type: ["string", "number", "boolean"], minLength: 1 };
  return { anyOf: [{ type: "string", pattern: pattern.source }, REFERENCE] };
}
