import { brandCheck, type Check } from "../../../contract/check.ts";
import { HaleError } from "../../../contract/errors.ts";
import { FUNCTION, HEALTH, hasMethods, kindOf, OBJECT, RECORD } from "../../../contract/options.ts";
import { CLIENTS, type Clients } from "./client-table.ts";
import { type Identity, identifyClient } from "./identify-client.ts";

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
  const { kind, kinds: [, another] = [] } = identity;
  if (another !== undefined) {
    const message = `The check "${name}" could be ${kind} or ${another}. Write ${kind}({ client }) or ${another}({ client }) of "hale/checks".`;
    throw new HaleError("HALE_AMBIGUOUS_CLIENT", message);
  }
  const refusal = refusalIn(identity);
  if (refusal !== undefined) {
    throw new HaleError("HALE_UNSUPPORTED_CLIENT", `The check "${name}" ${refusal}`);
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

/** Says what to write in place of a function that returns a client; `undefined` for what is no whole client. */
export function adviceForClient(value: object): string | undefined {
  const identity = identifyClient(value);
  if (identity === undefined || identity.lacking) return undefined;
  const refusal = refusalIn(identity);
  return refusal
    ? `It ${refusal}`
    : `Register it itself, or ${identity.kind}({ client: () => … }).`;
}

/** Says why no check takes a client as it is, and what is taken; `undefined` where one does. */
function refusalIn({ kind, refused, lacking }: Identity): string | undefined {
  const { needs, takes }: Clients = CLIENTS[kind];
  let why = refused && `is ${refused}`;
  if (lacking) why = `looks like one of ${kind}(), but lacks ${lacking.join(", ")}`;
  else if (needs) why ??= `is a client of ${kind}(), whose option "${needs}" must be given`;
  return why && `${why}. ${kind}() takes ${takes}.`;
}

/** The error for what is neither a check, nor a client, nor a function. */
export function unrecognised(name: string, value: unknown): HaleError {
  const accepted = Object.keys(CLIENTS).join(", ");
  let remedy = "";
  try {
    remedy = remedyFor(value);
  } catch {
    // What throws when it is looked at is nothing that hale knows.
  }
  const message = `The check "${name}" is ${kindOf(value)}, which hale does not recognise.${remedy} It takes an async function, a check of "hale/checks", or the client of one: ${accepted}.`;
  return new HaleError("HALE_UNKNOWN_CLIENT", message);
}

/** Suggests the call for a value that likely stands for something which hale takes; empty for any other. */
function remedyFor(value: unknown): string {
  if (value === undefined || value === null) {
    return " Assign the client before createHealth() is called, or leave the check out.";
  }
  if (typeof value === "string" || value instanceof URL) {
    return ' Write fromUrl(…) of "hale/checks" for a URL.';
  }
  if (Array.isArray(value)) return " Write group([…]) for a list of names.";
  if (kindOf(value) === "a class") {
    // `Pool` of `pg` is a class of that name.
    const name = (value as { readonly name: string }).name.replace("BoundPool", "Pool");
    return ` Pass an instance: new ${name}(…).`;
  }
  if (typeof value === "function") return "";
  if (hasMethods(value, ["then"])) return " Write await before it.";
  if (!RECORD.accepts(value)) return "";
  const given = value as Readonly<Record<string, unknown>>;
  const identity = OBJECT.accepts(given.client) ? identifyClient(given.client) : undefined;
  if (identity?.kinds) {
    return ` Write ${identity.kind}({ ${Object.keys(given).join(", ")} }) of "hale/checks".`;
  }
  if (HEALTH.accepts(given)) return " Pass a health to an adapter, such as attach(server, health).";
  const members = Object.values(given);
  if (!given.run && members.length > 0 && members.every(OBJECT.accepts)) {
    return " Write group({ … }) for several checks under one name.";
  }
  return members.some(FUNCTION.accepts)
    ? " Write defineCheck({ scope, run, … }) for a check of your own."
    : "";
}
