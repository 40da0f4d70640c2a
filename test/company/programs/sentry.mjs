// Sentry as hale's page says: flushed by a hook, which is the last one; with its spans of probes or, advised, without.
import * as Sentry from "@sentry/node";

const PROBES = /^\/(health|livez|healthz|readyz|startupz)(\/|$)/;
const asAdvised = process.argv[2] === "advised";
Sentry.init({
  dsn: "http://public@127.0.0.1:9/1",
  tracesSampleRate: 1,
  ...(asAdvised && {
    integrations: [Sentry.httpIntegration({ ignoreIncomingRequests: (path) => PROBES.test(path) })],
  }),
});
Sentry.getClient().on("spanEnd", () => console.log("a span has ended"));
const { serve } = await import("./_service.mjs");
serve(undefined, { onClose: { sentry: () => Sentry.close(100), database: () => {} } });
