import { CONFIG } from "./config-shape.ts";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.ts";

/** The JSON Schema of the configuration of `hale serve`, which the package has as dist/hale.schema.json. */
export const CONFIG_SCHEMA: JsonSchema = jsonSchemaOf(CONFIG, "The configuration of hale serve");
