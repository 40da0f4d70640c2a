import { outerError } from "../contract/outer-errors.ts";

/**
 * Imports a driver as the service has it installed: from the folder in which the process was started,
 * else from beside hale, which is another place under pnpm and in a monorepo.
 *
 * @throws `HALE_DRIVER_MISSING`, which names the package to install
 */
export async function importDriver(scheme: string, name: string): Promise<unknown> {
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ locate(name));
  } catch (failure) {
    if (!isMissing(failure, name)) throw failure;
    throw outerError("HALE_DRIVER_MISSING", scheme, name);
  }
}

/** The part of a process of Node, which Bun and Deno have too, that finds a package. */
interface ModuleFinder {
  cwd(): string;
  getBuiltinModule(name: "node:module"): {
    createRequire(folder: string): { resolve(name: string): string };
  };
  getBuiltinModule(name: "node:url"): { pathToFileURL(path: string): URL };
}

/** The file of a package, found from the service's folder; the bare name where that finds none. */
function locate(name: string): string {
  try {
    const { process } = globalThis as unknown as { process: ModuleFinder };
    const { createRequire } = process.getBuiltinModule("node:module");
    const { pathToFileURL } = process.getBuiltinModule("node:url");
    return pathToFileURL(createRequire(`${process.cwd()}/`).resolve(name)).href;
  } catch {
    return name;
  }
}

/** Whether it is this package that was not found, and not one that it needs itself. */
function isMissing(failure: unknown, name: string): boolean {
  const { code, message } = failure as { code?: unknown; message?: unknown };
  return (
    (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") &&
    String(message).includes(`'${name}'`)
  );
}
