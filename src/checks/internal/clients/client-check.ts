import { type Check, type CheckOptions, defineCheck, type Run } from "../../../contract/check.ts";
import { HaleError } from "../../../contract/errors.ts";
import { badOption } from "../../../contract/misuse.ts";
import { CHECK_OPTION_RULES, kindOf, OBJECT, type Rule } from "../../../contract/options.ts";
import { urlHint, validateArgument } from "../../../contract/validate-argument.ts";
import { canCall } from "./can-call.ts";
import {
  type Body,
  bodyOfSource,
  type ClientRule,
  type ClientSource,
  isSource,
} from "./client-source.ts";
import { CLIENTS, type Kind } from "./client-table.ts";
import { identifyClient, refusalOf } from "./identify-client.ts";

/** The options of a check of a client. */
interface ClientOptions<Client> extends CheckOptions {
  readonly client: ClientSource<Client>;
}

const CLIENT: Rule = { ...OBJECT, hint: urlHint };

/** The options of one check besides those of every check. */
type Own<O> = Omit<O, keyof CheckOptions | "client">;

/** The run of a check over one client. */
export type ClientRun = Run | Body;

/**
 * Makes the check of a client, or of a function that returns the client of the moment. `make` is called once
 * for each client.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_UNSUPPORTED_CLIENT`
 */
export function clientCheck<Client extends object, O extends ClientOptions<Client>>(
  kind: Kind,
  options: O,
  rules: Readonly<Record<keyof Own<O>, Rule>>,
  make: (client: Client, own: Own<O>, options: CheckOptions) => ClientRun,
): Check {
  const owner = `${kind}()`;
  if (canCall(kind, options)) {
    const hint = `Write ${kind}({ client: … }).`;
    throw badOption(owner, "options", "an object with names and values", "the client itself", hint);
  }
  const all: Readonly<Record<string, Rule>> = { client: CLIENT, ...rules, ...CHECK_OPTION_RULES };
  validateArgument(owner, options, all);
  const { client, ...given } = options;
  const own: Record<string, unknown> = {};
  const common: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    (Object.hasOwn(rules, name) ? own : common)[name] = value;
  }
  const open = (one: Client) => bodyOf(make(one, own as Own<O>, common));
  if (canCall(kind, client)) {
    return defineCheck({ ...common, scope: "dependency", ...open(client as Client) });
  }
  const refused = refusalOf(kind, client);
  if (refused !== undefined) {
    const message = `The option "client" of ${owner} is ${refused}. It takes ${CLIENTS[kind].takes}.`;
    throw new HaleError("HALE_UNSUPPORTED_CLIENT", message);
  }
  const { takes } = CLIENTS[kind];
  const other = identifyClient(client)?.kinds?.[0];
  if (!isSource(client) || other !== undefined) {
    const expected = `${takes}, or a function that returns one`;
    const hint = other && `Write ${other}({ client: … }) of "hale/checks".`;
    throw badOption(owner, "client", expected, kindOf(client), hint ?? urlHint(client));
  }
  const rule: ClientRule = {
    accepts: (value) => canCall(kind, value),
    describe: (value) => refusalOf(kind, value) ?? kindOf(value),
    takes,
  };
  return defineCheck({ ...common, scope: "dependency", ...bodyOfSource(rule, client, open) });
}

function bodyOf(made: ClientRun): Body {
  return typeof made === "function" ? { run: made } : made;
}
