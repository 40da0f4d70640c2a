import { type Check, type CheckOptions, defineCheck, type Run } from "../../../contract/check.ts";
import { CheckFailure, HaleError } from "../../../contract/errors.ts";
import { badOption } from "../../../contract/misuse.ts";
import {
  CHECK_OPTION_RULES,
  kindOf,
  OBJECT,
  type Rule,
  validateOptions,
} from "../../../contract/options.ts";
import { canCall } from "./can-call.ts";
import type { ClientSource } from "./client-source.ts";
import { CLIENTS, type Kind } from "./clients.ts";
import { refusalOf } from "./identify-client.ts";

/** The options of a check of a client. */
interface ClientOptions<Client> extends CheckOptions {
  readonly client: ClientSource<Client>;
}

/** The options of one check besides those of every check. */
type Own<O> = Omit<O, keyof CheckOptions | "client">;

/** The run of a check over one client. */
export type ClientRun = Run | { readonly run: Run; readonly close?: (() => unknown) | undefined };

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
  validateOptions(owner, options, { client: OBJECT, ...rules, ...CHECK_OPTION_RULES });
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
  if (typeof client !== "function" || /^class\b/.test(Function.prototype.toString.call(client))) {
    const expected = `${CLIENTS[kind].takes}, or a function that returns one`;
    throw badOption(owner, "client", expected, kindOf(client));
  }
  const source = client as () => unknown;
  return defineCheck({ ...common, scope: "dependency", ...bodyOfSource(kind, source, open) });
}

interface Body {
  readonly run: Run;
  readonly close?: (() => unknown) | undefined;
}

function bodyOf(made: ClientRun): Body {
  return typeof made === "function" ? { run: made } : made;
}

/** Asks over the client of the moment; what asked over the one before is closed. */
function bodyOfSource<Client>(
  kind: Kind,
  source: () => unknown,
  open: (client: Client) => Body,
): Body {
  let last: { readonly client: unknown; readonly body: Body } | undefined;
  return {
    async run(context) {
      const returned = source();
      // A client may have a `then` of its own, so it is not waited for.
      const client = canCall(kind, returned) ? returned : await returned;
      context.signal.throwIfAborted();
      if (!canCall(kind, client)) throw wrongClient(kind, client);
      if (last === undefined || last.client !== client) {
        const before = last?.body;
        last = { client, body: open(client as Client) };
        // Not waited for: it may have hung.
        void (async () => before?.close?.())().catch(() => {});
      }
      return last.body.run(context);
    },
    close: () => last?.body.close?.(),
  };
}

function wrongClient(kind: Kind, value: unknown): CheckFailure {
  const what = refusalOf(kind, value) ?? kindOf(value);
  const reason = `The function "client" returned ${what}. It must return ${CLIENTS[kind].takes}.`;
  return new CheckFailure("HALE_WRONG_CLIENT", reason);
}
