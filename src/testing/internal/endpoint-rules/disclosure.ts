import type { Notes } from "../../audit.ts";
import { credentialsIn, hostsIn, stacksIn, versionsIn } from "../disclosures.ts";
import type { Reply } from "../raw-reply.ts";
import type { EndpointClient, EndpointRule } from "./endpoint.ts";

const WHY_PUBLIC = "A health endpoint is open to each caller, and what it says helps an attacker.";

/** Rules about what no response may tell. */
export const DISCLOSURE_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-no-cookie",
    state: "up",
    name: "MUST NOT set a cookie",
    why: "Probers keep no cookie, so that each probe may open a session that stays in the store.",
    source: "RFC 6265, section 3",
    async verify({ client }, _compare, { fail }) {
      for (const { what, reply } of await answersOf(client)) {
        const names = cookieNames(reply.headers["set-cookie"]);
        if (names !== "") fail(`The answer to ${what} sets cookies: ${names}.`);
      }
    },
  },
  {
    id: "endpoint-no-version",
    state: "up",
    name: "SHOULD NOT name products and versions",
    why: `${WHY_PUBLIC} A version names the known vulnerabilities.`,
    source: "RFC 9110, section 10.2.4; OWASP ASVS, information disclosure",
    verify: ({ client }, _compare, notes) => verifyNone(client, notes, "versions", versionsIn),
  },
  {
    id: "endpoint-no-host",
    state: "up",
    name: "SHOULD NOT name hosts, addresses and ports",
    why: `${WHY_PUBLIC} A host or a port is a map of the network.`,
    source: "OWASP ASVS, information disclosure",
    verify: ({ client }, _compare, notes) =>
      verifyNone(client, notes, "hosts", (reply) => hostsIn(reply, client.url)),
  },
  {
    id: "endpoint-no-stack",
    state: "up",
    name: "MUST NOT show a stack trace",
    why: `${WHY_PUBLIC} A stack trace shows paths, libraries and code.`,
    source: "CWE-209; OWASP ASVS, error handling",
    verify: ({ client }, _compare, notes) => verifyNone(client, notes, "stack traces", stacksIn),
  },
  {
    id: "endpoint-no-credential",
    state: "up",
    name: "MUST NOT show a credential",
    why: `${WHY_PUBLIC} A credential opens the dependency itself.`,
    source: "CWE-200; CWE-522",
    verify: ({ client, hide }, _compare, notes) =>
      verifyNone(client, notes, "credentials", (reply) => credentialsIn(reply, hide)),
  },
];

async function verifyNone(
  client: EndpointClient,
  { fail }: Notes,
  kind: string,
  find: (reply: Reply) => readonly string[],
): Promise<void> {
  for (const { what, reply } of await answersOf(client)) {
    const found = find(reply);
    if (found.length > 0) fail(`The answer to ${what} has ${kind}: ${found.join(", ")}.`);
  }
}

/** Returns the responses to a probe, and to requests that a service may answer with an error page. */
async function answersOf(
  client: EndpointClient,
): Promise<readonly { readonly what: string; readonly reply: Reply }[]> {
  const { pathname, path } = { pathname: client.url.pathname, path: client.path };
  return [
    { what: `GET ${path}`, reply: await client.request("GET") },
    { what: `POST ${path}`, reply: await client.request("POST", { body: "x" }) },
    {
      what: "GET with a broken escape",
      reply: await client.request("GET", { target: `${pathname}?a=%E0%A4%A` }),
    },
  ];
}

/** A value may be a session, so that names alone are shown. */
function cookieNames(header: string | undefined): string {
  if (header === undefined) return "";
  return [...header.matchAll(/(?:^|, )([^=;,\s]+)=/g)].map(([, name]) => name).join(", ");
}
