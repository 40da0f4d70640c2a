import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";

/** Returns the addresses of a URL's name, of both families; `undefined` when the URL has an address. */
export async function addressesOf({ hostname }: URL): Promise<readonly string[] | undefined> {
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) return undefined;
  if (/^(?:.+\.)?localhost$/i.test(hostname)) return loopbacks();
  const found = await lookup(hostname, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** The loopback addresses of this machine, whatever its table of hosts says about localhost. */
function loopbacks(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const has = (address: string) => all.some((one) => one.address === address);
  return has("::1") ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
}
