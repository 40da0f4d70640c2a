import type { AdapterRule } from "./internal/adapter-rules/audited.ts";
import { FORMAT_RULES } from "./internal/adapter-rules/formats.ts";
import { METHOD_RULES } from "./internal/adapter-rules/methods.ts";
import { PATH_RULES } from "./internal/adapter-rules/paths.ts";
import { RESPONSE_RULES } from "./internal/adapter-rules/responses.ts";
import { ROBUSTNESS_RULES } from "./internal/adapter-rules/robustness.ts";
import { STATE_RULES } from "./internal/adapter-rules/states.ts";

export type { Audited, AuditedState } from "./internal/adapter-rules/audited.ts";

/** The rules of every adapter, whatever the framework. */
export const ADAPTER_RULES: readonly AdapterRule[] = [
  ...PATH_RULES,
  ...STATE_RULES,
  ...METHOD_RULES,
  ...RESPONSE_RULES,
  ...FORMAT_RULES,
  ...ROBUSTNESS_RULES,
];
