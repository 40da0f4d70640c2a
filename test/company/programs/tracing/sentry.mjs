// Sentry as hale's page sets it up; "bare" is what it does otherwise.
import { channel } from "node:diagnostics_channel";
import { getAsyncContextStrategy, getMainCarrier } from "@sentry/core";
import * as Sentry from "@sentry/node";

const bare = process.argv.includes("bare");
const isProbe = (url) => /^\/(?:health|livez|readyz|startupz)\b/.test(url);

Sentry.init({
  dsn: "http://public@127.0.0.1:9/1",
  tracesSampleRate: 1,
  integrations: [
    Sentry.httpIntegration({ ignoreIncomingRequests: (url) => !bare && isProbe(url) }),
  ],
  beforeSendSpan(span) {
    console.log(`span ${span.attributes["url.full"]}`);
    return span;
  },
});
if (!bare) {
  const strategy = getAsyncContextStrategy(getMainCarrier());
  const { asyncLocalStorage } = strategy.getTracingChannelBinding();
  channel("hale.run.start").bindStore(asyncLocalStorage, () =>
    Sentry.suppressTracing(() => asyncLocalStorage.getStore()),
  );
}
const { serve } = await import("./_service.mjs");
serve();
