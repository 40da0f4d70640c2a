import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { CHECK_OPTION_RULES, validateOptions } from "../contract/options.ts";
import { outerError } from "../contract/outer-errors.ts";
import { importDriver } from "./_import-driver.ts";
import type { Opened, Opener } from "./_opener.ts";
import { OPENERS } from "./_openers.ts";

/** The check of what stands at a URL, over a client that is opened for it. */
export function checkOfUrl(owner: string, url: string | URL, options: CheckOptions): Check {
  validateOptions(owner, options, CHECK_OPTION_RULES);
  const { parsed, scheme, load } = parse(url);
  let opening: Promise<Opened> | undefined;
  let closed = false;

  async function open(): Promise<Opened> {
    const opener = await load();
    const driver = async <Module>(name: string) => (await importDriver(scheme, name)) as Module;
    const opened = await opener.open(parsed, { options, driver });
    if (closed) await opened.close();
    return opened;
  }

  return defineCheck({
    ...options,
    scope: "dependency",
    async run(context) {
      if (closed) throw outerError("HALE_NOT_CONNECTED", "closed");
      opening ??= open();
      const mine = opening;
      const { check } = await mine.catch((failure: unknown) => {
        // What could not be opened may be later: a driver is installed, a name resolves again.
        if (opening === mine) opening = undefined;
        throw failure;
      });
      return check.run(context);
    },
    async close() {
      closed = true;
      await (await opening)?.close();
    },
  });
}

/** The schemes that can be opened, without their colon. */
export const URL_SCHEMES: readonly string[] = Object.keys(OPENERS);

interface Parsed {
  readonly parsed: URL;
  readonly scheme: string;
  readonly load: () => Promise<Opener>;
}

function parse(url: string | URL): Parsed {
  const expected = `a URL that begins with one of ${URL_SCHEMES.map((name) => `${name}:`).join(", ")}`;
  // What URL.parse() would do, which Node 20 lacks; the error of `new URL` shows its input.
  if (!(url instanceof URL) && !(typeof url === "string" && URL.canParse(url))) {
    throw outerError("HALE_BAD_URL", expected);
  }
  const parsed = new URL(url);
  const scheme = parsed.protocol.slice(0, -1);
  const load = Object.hasOwn(OPENERS, scheme) ? OPENERS[scheme] : undefined;
  if (load === undefined) throw outerError("HALE_BAD_URL", expected);
  return { parsed, scheme, load };
}
