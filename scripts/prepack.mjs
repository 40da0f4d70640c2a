// Builds what is packed, unless dist/ is whole and newer than all that it is made of: `npm start` builds without the
// types, and a new clone has nothing.
import { execFileSync } from "node:child_process";
import { isBuilt } from "./is-built.mjs";

if (!isBuilt()) {
  // To stderr, since `npm pack` writes the name of the file.
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", 2, 2] });
}
