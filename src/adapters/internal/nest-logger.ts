import { createRequire } from "node:module";
import { join } from "node:path";
import type { NestLogger } from "../../contract/logger.ts";

/** The context that Nest's lines show in brackets. */
const CONTEXT = "HaleModule";

/** The part of @nestjs/common that is used. */
interface NestCommon {
  readonly Logger: new (context: string) => NestLogger;
}

/**
 * Makes a logger of Nest, whose lines go where the application sends its own; `undefined` where Nest's package is not
 * found, as in some bundles.
 */
export function loadNestLogger(): NestLogger | undefined | Promise<NestLogger | undefined> {
  const required = requireNest();
  if (required !== undefined) return loggerOf(required);
  // @ts-expect-error A package of Nest, which is there wherever Nest is.
  return import("@nestjs/common").then(loggerOf, () => undefined);
}

function loggerOf({ Logger }: NestCommon): NestLogger {
  return new Logger(CONTEXT);
}

/**
 * Requires @nestjs/common as the application has it: from beside hale, else from the folder in which the process was
 * started. Jest has no other way in a test of CommonJS, and Node gives what others import.
 */
function requireNest(): NestCommon | undefined {
  for (const from of [import.meta.url, join(process.cwd(), "package.json")]) {
    try {
      return createRequire(from)("@nestjs/common");
    } catch {
      // The next way may find it.
    }
  }
  return undefined;
}
