import type { LazyFormat, WrittenBody } from "../../contract/format.ts";

/** Writes the body of a format. */
type Write = (
  ...args: Parameters<LazyFormat["write"]>
) => string | WrittenBody | Promise<WrittenBody>;

/** Makes a format whose writer is loaded on first use, and kept from then on; a failed load is tried again. */
export function lazyFormat(
  properties: Omit<LazyFormat, "write">,
  load: () => Promise<Write>,
): LazyFormat {
  let write: Write | undefined;
  return {
    ...properties,
    async write(...args) {
      write ??= await load();
      const written = await write(...args);
      return typeof written === "string" ? { body: written, headers: {} } : written;
    },
  };
}
