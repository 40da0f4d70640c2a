import { caddy } from "../servers/caddy.ts";
import { daemonContract } from "./_caller-contract.ts";
import { codeOf } from "./_page.ts";
import { statusFor } from "./_visitor.ts";

daemonContract({
  page: "caddy",
  start: ({ port }) =>
    caddy.start({
      sites: (own) =>
        codeOf(
          "caddy",
          "In the Caddyfile:",
          { own, service: port },
          { "health_interval 2s": "health_interval 100ms" },
        ),
    }),
  sees: [statusFor],
});
