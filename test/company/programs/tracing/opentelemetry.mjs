import { channel } from "node:diagnostics_channel";
import { register } from "node:module";
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { suppressTracing } from "@opentelemetry/core";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

// Modules are seen by the hooks alone, before they are loaded.
register("@opentelemetry/instrumentation/hook.mjs", import.meta.url);

const bare = process.argv.includes("bare");
const exporter = {
  export(spans, done) {
    for (const { name, attributes } of spans) {
      console.log(
        `span ${name} ${attributes["url.full"] ?? attributes["http.url"] ?? attributes["url.path"] ?? attributes["http.target"] ?? ""}`,
      );
    }
    done({ code: 0 });
  },
  shutdown: async () => {},
};
const contextManager = new AsyncLocalStorageContextManager();
const sdk = new NodeSDK({
  contextManager,
  spanProcessors: [new SimpleSpanProcessor(exporter)],
  instrumentations: [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: ({ url }) =>
        !bare && /^\/(?:health|livez|readyz|startupz)\b/.test(url),
    }),
    new UndiciInstrumentation(),
  ],
});
sdk.start();
if (!bare) {
  channel("hale.run.start").bindStore(contextManager._asyncLocalStorage, () =>
    suppressTracing(context.active()),
  );
}
const { serve } = await import("./_service.mjs");
serve();
