import type { Format } from "../contract/format.ts";
import { json } from "./json.ts";

/** Every format, the default one first. */
export const FORMATS: readonly [Format, ...Format[]] = [json];
