import { monit, statusOf } from "../servers/monit.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";

daemonContract({
  page: "monit",
  start: ({ port }) =>
    monit.start({
      checks: codeOf(
        "monit",
        "In `monitrc`, after `set daemon 5`:",
        { service: port },
        { "2 cycles": "1 cycles" },
      ),
    }),
  sees: [(server) => statusOf(server, "service")],
});
