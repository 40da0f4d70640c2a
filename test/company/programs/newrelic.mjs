// New Relic as hale's page says: its data are sent by a hook, which is the last one.
import newrelic from "newrelic";
import { serve } from "./_service.mjs";

const flush = () =>
  new Promise((resolve) => {
    newrelic.shutdown({ collectPendingData: true, timeout: 3000 }, resolve);
  });
serve(undefined, { onClose: { newrelic: flush, database: () => {} } });
