// Hooks that write the URL of each module that is loaded to a file descriptor: what an import really loads.
import { writeSync } from "node:fs";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  writeSync(1, `${url}\n`);
  return nextLoad(url, context);
}
