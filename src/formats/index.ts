import type { Format, LoadedFormat } from "../contract/format.ts";
import { aspnet } from "./aspnet.ts";
import { healthJson } from "./health-json.ts";
import { history } from "./history.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { kubernetes } from "./kubernetes.ts";
import { microprofile } from "./microprofile.ts";
import { openmetrics } from "./openmetrics.ts";
import { prometheus } from "./prometheus.ts";
import { spring } from "./spring.ts";
import { terminus } from "./terminus.ts";

/** Every format, the default one first. */
export const FORMATS: readonly [LoadedFormat, ...Format[]] = [
  json,
  aspnet,
  healthJson,
  history,
  html,
  kubernetes,
  microprofile,
  openmetrics,
  prometheus,
  spring,
  terminus,
];
