import { healthOf, varnish } from "../servers/varnish.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";

daemonContract({
  page: "varnish",
  start: ({ port }) =>
    varnish.start({
      vcl: codeOf(
        "varnish",
        "In the VCL:",
        { service: port },
        { "interval = 2s": "interval = 0.1s" },
      ),
    }),
  sees: [(server) => healthOf(server, "service")],
});
