import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { UsageError } from "../usage-error.ts";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * Resolves the name of an endpoint, and refuses one that is not on this machine.
 *
 * @throws UsageError
 */
export async function refuseRemote(url: URL): Promise<void> {
  const name = url.hostname.replace(/^\[|\]$/g, "");
  // RFC 6761 reserves it for loopback addresses, also where the resolver does not know it.
  if (/^(?:.+\.)?localhost$/i.test(name)) return;
  const addresses = isIP(name) === 0 ? await resolve(name) : [name];
  const remote = addresses.find((address) => !isLoopback(address));
  if (remote === undefined) return;
  const address = remote === name ? "" : ` (${remote})`;
  throw new UsageError(
    `${url.host} is not on this machine${address}. An audit sends hundreds of requests, 50 at a time: add --allow-remote if its owner agrees.`,
  );
}

async function resolve(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true }).catch((error: Error) => {
    throw new UsageError(`The name ${name} cannot be resolved: ${error.message}.`);
  });
  return found.map(({ address }) => address);
}

function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
