// Builds what is packed, unless it is built: `npm start` builds without the types, and a new clone has nothing.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

if (!existsSync("dist/index.d.ts")) {
  // To stderr, since `npm pack` writes the name of the file.
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", 2, 2] });
}
