import { apache } from "../servers/apache.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";
import { statusFor } from "./_visitor.ts";

const LEAD = "With `mod_proxy_hcheck`, which needs `mod_watchdog`, in a virtual host:";

const QUICKLY = { "hcinterval=2": "hcinterval=200ms", "hcfails=2": "hcfails=1" };

daemonContract({
  page: "apache",
  start: ({ port }) => apache.start({ site: codeOf("apache", LEAD, { service: port }, QUICKLY) }),
  sees: [statusFor],
});
