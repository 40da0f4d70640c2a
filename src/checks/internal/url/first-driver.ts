import type { Opened, OpenTools } from "./opener.ts";

/** The ways to open a client with each of some drivers, by their packages, the preferred one first. */
export type Drivers = Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: each driver has a module of its own
  Record<string, (module: any) => Opened | Promise<Opened>>
>;

/**
 * Opens a client with the first of the drivers that the service has.
 *
 * @throws `HALE_DRIVER_MISSING`, which names the preferred one, where it has none
 */
export async function openWithFirst(
  driver: OpenTools["driver"],
  drivers: Drivers,
): Promise<Opened> {
  let missing: unknown;
  for (const [name, open] of Object.entries(drivers)) {
    try {
      return await open(await driver(name));
    } catch (failure) {
      if ((failure as { code?: unknown } | null)?.code !== "HALE_DRIVER_MISSING") throw failure;
      missing ??= failure;
    }
  }
  throw missing;
}
