import { type AdapterRule, compareHeaders, HTTP_PAGE, OK, verdict } from "./audited.ts";

/** Rules about what a caller asks for: a format, fewer checks, or reasons. */
export const FORMAT_RULES: readonly AdapterRule[] = [
  {
    id: "unknown-format",
    name: "MUST answer 400 with the list for a ?format= that does not exist",
    why: "A misspelt format must not select another one.",
    source: `${HTTP_PAGE}, the format`,
    async verify({ request }, compare, { fail }) {
      const reply = await request("GET", "/health?format=nothing");
      compare("The status", reply.status, 400);
      if (!reply.body.includes("json")) fail("The body does not list json.");
    },
  },
  {
    id: "accept",
    name: "MUST use the default format whatever Accept says, as long as no other format satisfies it",
    why: "An unusual prober must not cause an outage.",
    source: "RFC 9110, section 12.5.1",
    async verify({ request }, compare) {
      for (const accept of ["*/*", "image/png", "", "application/json"]) {
        const reply = await request("GET", "/health", { headers: { accept } });
        compare(`GET /health with Accept: ${accept}`, verdict(reply), OK);
      }
    },
  },
  {
    id: "exclude",
    name: "MUST leave out the checks that ?exclude= names, and ignore unknown names",
    why: "It is how an operator requests all checks but the dependency that is known to be down.",
    source: "Kubernetes, API health endpoints",
    async verify({ request, set }, compare) {
      await set("down");
      const reply = await request("GET", "/health/deep?exclude=database&exclude=nothing");
      compare(
        "GET with ?exclude=database",
        verdict(reply),
        '200 {"status":"healthy","checks":{"cache":"ok"}}',
      );
    },
  },
  {
    id: "tokens",
    name: "MUST show reasons to an access token alone, and answer a wrong token like none",
    why: "Reasons reveal the inside of a service to strangers, and so does a different response.",
    source: `${HTTP_PAGE}, who sees what`,
    async verify({ request, set }, compare, { fail }) {
      await set("down");
      const withToken = (token: string) =>
        request("GET", "/health/deep", { headers: { authorization: `Bearer ${token}` } });
      const none = await request("GET", "/health/deep");
      const wrong = await withToken("0123456789abcdeF");
      const right = await withToken("0123456789abcdef");
      compare("The response to a wrong token", verdict(wrong), verdict(none));
      compareHeaders("the response to a wrong token", wrong, none, compare);
      if (none.body.includes("refused")) fail("The answer without a token has the reason.");
      if (!right.body.includes("refused")) fail("The answer to a token lacks the reason.");
    },
  },
];
