// Installs packages that are not the root's, where they are missing: node scripts/install.mjs test
import { installPackages } from "./install-packages.mjs";

for (const folder of process.argv.slice(2)) installPackages(folder);
