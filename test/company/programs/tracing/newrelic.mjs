// New Relic as hale's page sets it up; "bare" is what it does otherwise.
import newrelic from "newrelic";
import { serve } from "./_service.mjs";

if (!process.argv.includes("bare")) {
  newrelic.addIgnoringRule(/^\/(?:health|livez|readyz|startupz)\b/);
}

/** Prints the address of a transaction, and of each call that it has recorded. */
newrelic.agent.on("transactionFinished", (transaction) => {
  if (transaction.ignore) return;
  console.log(`span ${transaction.url}`);
  const print = (segment) => {
    console.log(`span ${segment.name}`);
    for (const child of segment.getChildren?.() ??
      transaction.trace.getChildren?.(segment.id) ??
      [])
      print(child);
  };
  print(transaction.trace.root);
});
newrelic.agent.on("started", () => console.log("the agent is connected"));
serve();
