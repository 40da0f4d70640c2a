import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { makeFolder } from "./folder.ts";

/**
 * Makes a file that hangs whoever opens it to read, as a network file system does whose server is
 * gone. It lets all go when the test ends.
 */
export function makeFifo(): string {
  const path = join(makeFolder(), "fifo");
  execFileSync("mkfifo", [path]);
  onTestFinished(() => letGo(path)());
  return path;
}

/** Lets go whoever hangs, with something to read; returns what lets the next ones hang again. */
export function letGo(path: string): () => void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(descriptor, "for many who read one byte each".repeat(100));
  return () => closeSync(descriptor);
}
