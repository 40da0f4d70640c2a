// Elastic APM as hale's page sets it up; "bare" is what it does otherwise.
import { register } from "node:module";

// Modules are seen by the hooks alone, before they are loaded.
register("elastic-apm-node/loader.mjs", import.meta.url);
const { default: apm } = await import("elastic-apm-node");

apm.start({
  serverUrl: process.env.AGENT,
  ignoreUrls: process.argv.includes("bare") ? [] : [/^\/(?:health|livez|readyz|startupz)\b/],
  apiRequestTime: "1s",
  metricsInterval: "0s",
  cloudProvider: "none",
  centralConfig: false,
  logLevel: "off",
});
const { serve } = await import("./_service.mjs");
serve();
