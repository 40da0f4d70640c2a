// Run in the sandbox of StrykerJS, which has no copy of the packages of test/: a test file that lacks one is left out
// without a word.
import { symlinkSync } from "node:fs";
import { resolve } from "node:path";

symlinkSync(resolve("../../../test/node_modules"), "test/node_modules", "junction");
