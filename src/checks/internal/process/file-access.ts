import { unexpectedReply } from "../../../contract/check-failures.ts";

/** The calls of `node:fs/promises` that are made here. */
export type FileCalls = Pick<
  typeof import("node:fs").promises,
  "open" | "opendir" | "stat" | "unlink"
>;

/** The written text; short, since a full disk shows with the first byte. */
const TEXT = "written by hale, to see whether this folder can be written to\n";

/** Writes a file, reads it back and deletes it; when aborted, it deletes it and does no more. */
export async function writeAndRead(
  { open, unlink }: FileCalls,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const handle = await open(file, "w+", 0o600);
  try {
    signal.throwIfAborted();
    await handle.write(TEXT, 0);
    signal.throwIfAborted();
    const { buffer, bytesRead } = await handle.read(new Uint8Array(TEXT.length), 0, TEXT.length, 0);
    const read = new TextDecoder().decode(buffer.subarray(0, bytesRead));
    if (read !== TEXT) throw unexpectedReply(JSON.stringify(TEXT), read);
  } finally {
    // In this order, since some network file systems keep a deleted file that is open.
    await handle.close().finally(() => unlink(file));
  }
}

/** Reads the first entry of a folder, or the first byte of a file. */
export async function readFirst(
  { open, opendir, stat }: FileCalls,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  signal.throwIfAborted();
  if (isFolder) {
    const folder = await opendir(path);
    await folder.read().finally(() => folder.close());
    return;
  }
  const handle = await open(path, "r");
  await handle.read(new Uint8Array(1), 0, 1, null).finally(() => handle.close());
}
