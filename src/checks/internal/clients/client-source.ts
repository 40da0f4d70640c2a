import type { Run } from "../../../contract/check.ts";
import { CheckFailure } from "../../../contract/errors.ts";
import { badOption } from "../../../contract/misuse.ts";
import { kindOf, type Rule } from "../../../contract/options.ts";

/** A client, or a function that returns the client of the moment, for one that is replaced at run time. */
export type ClientSource<Client> = Client | (() => Client | PromiseLike<Client>);

/** The run of a check over one client, and the end of it. */
export interface Body {
  readonly run: Run;
  readonly close?: (() => unknown) | undefined;
}

/** Which clients a check takes from the function that it was given. */
export interface ClientRule {
  accepts(value: unknown): boolean;
  /** Describes a value that is not accepted: what was returned. */
  describe(value: unknown): string;
  /** The clients that are accepted: the end of a sentence. */
  readonly takes: string;
}

/** Whether an option is a function to be called for the client, and not a class. */
export function isSource(client: unknown): client is () => unknown {
  return typeof client === "function" && kindOf(client) !== "a class";
}

/** Runs over the client of the moment; what ran over the one before is closed. */
export function bodyOfSource<Client>(
  { accepts, describe, takes }: ClientRule,
  source: () => unknown,
  open: (client: Client) => Body,
): Body {
  let last: { readonly client: unknown; readonly body: Body } | undefined;
  return {
    async run(context) {
      const returned = source();
      // A client may have a `then` of its own, so it is not waited for.
      const client = accepts(returned) ? returned : await returned;
      context.signal.throwIfAborted();
      if (!accepts(client)) {
        const reason = `The function "client" returned ${describe(client)}. It must return ${takes}.`;
        throw new CheckFailure("HALE_WRONG_CLIENT", reason);
      }
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

/**
 * Runs over a client, or over that of the moment.
 *
 * @throws `HALE_BAD_OPTION` for what is neither a client that the rule accepts nor a function
 */
export function bodyOfClient<Client>(
  owner: string,
  client: unknown,
  { accepts, expected }: Pick<Rule, "accepts" | "expected">,
  open: (client: Client) => Body,
): Body {
  if (accepts(client)) return open(client as Client);
  if (!isSource(client)) {
    throw badOption(owner, "client", `${expected}, or a function that returns one`, kindOf(client));
  }
  return bodyOfSource({ accepts, describe: kindOf, takes: expected }, client, open);
}
