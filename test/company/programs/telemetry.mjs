// OpenTelemetry as hale's page says: flushed by a hook, which is the last one.
import { NodeSDK } from "@opentelemetry/sdk-node";
import { serve } from "./_service.mjs";

const sdk = new NodeSDK();
sdk.start();
serve(undefined, { onClose: { telemetry: () => sdk.shutdown(), database: () => {} } });
