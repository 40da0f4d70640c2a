import {
  brandCheck,
  type Check,
  type CheckOptions,
  type RunContext,
} from "../../../contract/check.ts";
import { notConnected } from "../../../contract/check-failures.ts";
import { badUrl } from "../../../contract/check-misuse.ts";
import { BOOLEAN, CHECK_OPTION_RULES, validateOptions } from "../../../contract/options.ts";
import { ON_WORKERD } from "../../../contract/runtime.ts";
import { type Address, addressOf, OF_CLUSTERS, schemeOfSeveral } from "./hosts.ts";
import { importDriver } from "./import-driver.ts";
import type { Opened, Opener } from "./opener.ts";
import { OPENERS } from "./openers.ts";
import { requireParts } from "./url-parts.ts";

/** The options of {@link fromUrl}. */
export interface FromUrlOptions extends CheckOptions {
  /**
   * Whether each run opens a client and closes it again, so that the check fails where no new connection can be
   * opened, as with a password that is no longer valid. Give it an `interval` and a `timeout` that fit.
   *
   * @default false
   */
  reopen?: boolean | undefined;
}

/** Another check than that of the scheme, over the client that is opened. */
export interface OverClient {
  /** The schemes, without their colon, whose clients it takes. */
  readonly schemes: readonly string[];
  /** Makes the check; its own options do not count. */
  make(client: object): Check;
}

/** The check of what stands at a URL, over a client that is opened for it. */
export function checkOfUrl(
  owner: string,
  url: string | URL,
  given: FromUrlOptions,
  over?: OverClient,
): Check {
  validateOptions(owner, given, { ...CHECK_OPTION_RULES, reopen: BOOLEAN });
  const { reopen = false, ...options } = given;
  const { parsed, hosts, text, scheme, load } = parse(url, over?.schemes);
  let opening: Promise<Opened> | undefined;
  let closed = false;

  async function open(): Promise<Opened> {
    const opener = await load();
    const driver = async <Module>(name: string) => (await importDriver(scheme, name)) as Module;
    const opened = await opener.open(parsed, { options, driver, hosts, text });
    return over === undefined ? opened : openedOver(over, opened);
  }

  let loading: Promise<unknown> | undefined;
  /** Loads the driver; one that is missing is the failure of the run that needs it. */
  async function loadDriver(): Promise<void> {
    const { packages } = await load();
    await Promise.all(packages.slice(0, 1).map((name) => importDriver(scheme, name))).catch(
      () => {},
    );
  }

  return brandCheck({
    options: Object.freeze({ ...options }),
    scope: "dependency",
    // A driver takes longer to load than a probe may: that is no time of the dependency's.
    prepare: ON_WORKERD ? undefined : () => (loading ??= loadDriver()),
    async run(context) {
      if (closed) throw notConnected("closed");
      // On workerd no request may wait for what another has begun, nor use what that has opened.
      if (reopen || ON_WORKERD) return runOnce(await open(), context);
      opening ??= open();
      const mine = opening;
      const { check } = await mine.catch((failure: unknown) => {
        // What could not be opened may be later: a driver is installed, a name resolves again.
        if (opening === mine) opening = undefined;
        throw failure;
      });
      if (closed) throw notConnected("closed");
      return check.run(context);
    },
    async close() {
      closed = true;
      // What could not be opened needs no closing.
      await (await opening?.catch(() => undefined))?.close();
    },
  });
}

/** Makes what was opened of the other check over its client. */
function openedOver(over: OverClient, opened: Opened): Opened {
  const check = over.make(opened.client ?? {});
  return {
    check,
    async close() {
      await check.close?.();
      await opened.close();
    },
  };
}

/** Runs the check of what was opened, and closes that, also where the run hangs. */
async function runOnce({ check, close }: Opened, context: RunContext): Promise<unknown> {
  const end = async () => close();
  const { signal } = context;
  const running = (async () => check.run(context))();
  const over = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    running.then(
      () => resolve(),
      () => resolve(),
    );
  });
  // What was found does not depend on how it is closed.
  void over.then(end).catch(() => {});
  return running;
}

/** The schemes that can be opened, without their colon. */
export const URL_SCHEMES: readonly string[] = Object.keys(OPENERS);

/** The schemes of Redis and of Valkey. */
export const REDIS_SCHEMES = ["redis", "rediss", "valkey", "valkeys"];

interface Parsed extends Address {
  readonly scheme: string;
  readonly load: () => Promise<Opener>;
}

/** The scheme of the text of a URL, without its colon. */
function schemeIn(url: unknown): string {
  if (typeof url !== "string") return "";
  return (/^([^:/]+):\/\//.exec(url)?.[1] ?? "").toLowerCase();
}

function parse(url: string | URL, accepted = URL_SCHEMES): Parsed {
  const several = schemeOfSeveral(url);
  if (several !== undefined && Object.hasOwn(OPENERS, several) && !OF_CLUSTERS.includes(several)) {
    const schemes = OF_CLUSTERS.map((name) => `${name}:`).join(", ");
    throw badUrl(`one with a single host; several are taken by ${schemes}`);
  }
  const address = addressOf(url);
  const scheme = address?.parsed.protocol.slice(0, -1) ?? "";
  const load = accepted.includes(scheme) ? OPENERS[scheme] : undefined;
  // The scheme is right, and the rest cannot be parsed: a port, or a sign in the password.
  if (address === undefined && accepted.includes(schemeIn(url))) {
    throw badUrl(
      "one with a host and a port up to 65535, whose user and password are percent-encoded",
    );
  }
  if (address === undefined || load === undefined) {
    const schemes = accepted.map((name) => `${name}:`).join(", ");
    throw badUrl(`a URL that begins with one of ${schemes}`);
  }
  requireParts(scheme, address.parsed);
  return { ...address, scheme, load };
}
