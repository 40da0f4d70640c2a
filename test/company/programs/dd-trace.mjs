import tracer from "dd-trace";

tracer.init({ startupLogs: false });
const { serve } = await import("./_service.mjs");
serve();
