import type { Reply } from "../raw-reply.ts";
import type { EndpointRule } from "./endpoint.ts";

/** Rules about the status while all is well. */
export const STATUS_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-up",
    state: "up",
    name: "MUST answer 200 while all is well",
    why: "Load balancers differ in the other statuses that they count as success.",
    source: "Kubernetes, HTTP probes; AWS and GCP, health checks",
    async verify({ client }, compare) {
      compare(`The status of ${client.path}`, (await client.request("GET")).status, 200);
    },
  },
  {
    id: "endpoint-no-redirect",
    state: "up",
    name: "MUST answer by itself, without a redirect to https, without a sign-in",
    why: "A redirect or a sign-in page hides the verdict: Kubernetes counts a redirect to another host as success, and most load balancers count it as failure.",
    source: "RFC 9110, section 15.4; Kubernetes, HTTP probes",
    async verify({ client }, compare) {
      const probed = await client.request("GET", { headers: { accept: "*/*" } });
      compare(`The answer of ${client.path}`, diversion(probed), undefined);
      // Behind a load balancer that ends TLS, a service may redirect by this header.
      const proxied = await client.request("GET", { headers: { "x-forwarded-proto": "http" } });
      compare("The answer with X-Forwarded-Proto: http", diversion(proxied), undefined);
    },
  },
];

/** A form that is hidden beside a verdict, and so does not stand in its place. */
export const HIDDEN_FORM =
  /<form(?:\s+(?!hidden[\s=>])[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?){0,20}\s+hidden(?=[\s=>])[\s\S]{0,5000}?<\/form>/gi;

/** A field for a password. */
export const PASSWORD_INPUT = /<input[^>]{1,2000}type\s*=\s*["']?password/i;

/** Characters of a body in which a sign-in is looked for. */
const MAX_READ = 65_536;

/** Whether a body shows a form that asks for a password. */
function isSignIn(body: string): boolean {
  return PASSWORD_INPUT.test(body.slice(0, MAX_READ).replace(HIDDEN_FORM, ""));
}

/** Names where a response leads to instead of a verdict; `undefined` when it is a verdict. */
function diversion({ status, headers, body }: Reply): string | undefined {
  const { location = "nowhere" } = headers;
  if (status >= 300 && status < 400) return `a redirect (${status}) to ${withoutQuery(location)}`;
  if (status === 401 || status === 403 || status === 407) return `a refusal (${status})`;
  if (isSignIn(body)) return `a sign-in page (${status})`;
  return undefined;
}

/** A query may hold a token. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, "");
}
