import { channel } from "node:diagnostics_channel";
import { createRequire } from "node:module";
import tracer from "dd-trace";

const bare = process.argv.includes("bare");
tracer.init({ startupLogs: false, flushInterval: 200 });
if (!bare) {
  tracer.use("http", { server: { blocklist: [/^\/(?:health|livez|readyz|startupz)\b/] } });
  const { storage } = createRequire(import.meta.url)("dd-trace/packages/datadog-core");
  channel("hale.run.start").bindStore(storage("legacy"), () => ({ noop: true }));
}
const { serve } = await import("./_service.mjs");
serve();
