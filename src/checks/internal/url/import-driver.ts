import { CheckFailure } from "../../../contract/errors.ts";
import { builtin, thisProcess } from "../process/builtin.ts";

/**
 * Imports a driver as the service has it installed: from the folder in which the process was started,
 * else from beside hale, which is another place under pnpm and in a monorepo.
 *
 * @throws `HALE_DRIVER_MISSING`, which names the package to install
 */
export async function importDriver(scheme: string, name: string): Promise<unknown> {
  try {
    return await importPackage(name);
  } catch (failure) {
    if (!isMissing(failure, name)) throw failure;
    // Without the cause, which would say again what is missing, at the end of the reason.
    const reason = `hale found no driver for ${scheme} URLs, neither in the folder of the process nor beside hale. Run npm install ${name}. In a bundle, ship it in node_modules, or pass a client.`;
    throw new CheckFailure("HALE_DRIVER_MISSING", reason);
  }
}

/** Imports a package from where {@link importDriver} looks for drivers. */
export function importPackage(name: string): Promise<unknown> {
  // What webpack, Turbopack and Vite are told, so that they leave it as it is.
  return import(
    /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ locate(name)
  );
}

/** The file of a package, found from the service's folder; the bare name where that finds none. */
function locate(name: string): string {
  try {
    const { createRequire } = builtin("fromUrl()", "node:module");
    const { pathToFileURL } = builtin("fromUrl()", "node:url");
    const file = createRequire(`${thisProcess("fromUrl()").cwd()}/`).resolve(name);
    return pathToFileURL(file).href;
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
