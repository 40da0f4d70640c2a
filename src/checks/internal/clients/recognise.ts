import { brandCheck, type Check } from "../../../contract/check.ts";
import { HaleError } from "../../../contract/errors.ts";
import { kindOf } from "../../../contract/options.ts";
import { CLIENTS, type Clients, type Kind } from "./clients.ts";
import { identifyClient } from "./identify-client.ts";

/**
 * Makes the check of a client that hale knows. The body of the check is loaded by `prepare`, which begins
 * here, beside the service's own start.
 *
 * @returns `undefined` for what no kind of client looks like
 * @throws `HALE_AMBIGUOUS_CLIENT` when it looks like the clients of two checks, `HALE_UNSUPPORTED_CLIENT`
 *   when it is a relative or a version that its check does not take
 */
export function recognise(name: string, client: object): Check | undefined {
  const identity = identifyClient(client);
  if (identity === undefined) return undefined;
  if ("because" in identity) throw unsupported(name, identity.kind, identity.because);
  const [kind, another] = identity.kinds;
  if (kind === undefined) return undefined;
  if (another !== undefined) {
    const message = `The check "${name}" could be ${kind} or ${another}. Make it with "hale/checks".`;
    throw new HaleError("HALE_AMBIGUOUS_CLIENT", message);
  }
  const { needs }: Clients = CLIENTS[kind];
  if (needs !== undefined) {
    throw unsupported(
      name,
      kind,
      `is a client of ${kind}(), whose option "${needs}" must be given`,
    );
  }
  let loading: Promise<Check> | undefined;
  const load = () => {
    const mine = (async () => (await import("./client-checks.ts")).checkOf(kind, client))();
    mine.catch(() => {
      if (loading === mine) loading = undefined;
    });
    return mine;
  };
  const prepare = () => (loading ??= load());
  prepare();
  return brandCheck({
    scope: "dependency",
    options: {},
    prepare,
    async run(context) {
      const { run } = await prepare();
      context.signal.throwIfAborted();
      return run(context);
    },
    async close() {
      // What could not be loaded has opened nothing.
      const check = await loading?.catch(() => undefined);
      await check?.close?.();
    },
  });
}

/** The error for what is neither a check, nor a client, nor a function. */
export function unrecognised(name: string, value: unknown): HaleError {
  const accepted = Object.keys(CLIENTS).join(", ");
  const message = `The check "${name}" is ${kindOf(value)}, which hale does not recognise. It takes an async function, a check of "hale/checks", or the client of one: ${accepted}.`;
  return new HaleError("HALE_UNKNOWN_CLIENT", message);
}

function unsupported(name: string, kind: Kind, because: string): HaleError {
  const message = `The check "${name}" ${because}. ${kind}() takes ${CLIENTS[kind].takes}.`;
  return new HaleError("HALE_UNSUPPORTED_CLIENT", message);
}
