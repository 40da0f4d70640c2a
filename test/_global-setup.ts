import { installPackages } from "../scripts/install-packages.mjs";

/** Installs the packages that only the tests use, before any file of the tests imports one. */
export function setup(): void {
  installPackages("test");
  installPackages("test/runtimes");
}
