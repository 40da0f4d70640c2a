// Builds the site into site/dist/, or with --serve shows it while pages are written: npm run docs -- --serve
import { installPackages } from "./install-packages.mjs";

installPackages("site");
await import("../site/build.mjs");
