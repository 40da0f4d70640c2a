import type { Check, CheckOptions, Run, RunContext, Scope } from "../../contract/check.ts";
import { defineCheck } from "../../contract/check.ts";
import { HaleError } from "../../contract/errors.ts";
import { duplicateCheck } from "../../contract/misuse.ts";
import { FUNCTION, OBJECT, type Rule, requireOption } from "../../contract/options.ts";
import { sharedState } from "../../contract/shared-state.ts";
import { fromTerminus } from "./from-terminus.ts";

/** What {@link HaleCheck} takes: the options of a check, and what it asks about. */
export interface HaleCheckOptions extends CheckOptions {
  /**
   * `"process"` for what a restart would mend: such a check takes part in liveness too.
   *
   * @default "dependency"
   */
  scope?: Scope | undefined;
}

/** The types of what Nest needs of `reflect-metadata`, which its users have. */
interface Metadata {
  getMetadata(key: string, target: object): unknown;
  defineMetadata(key: string, value: unknown, target: object): void;
}

const METADATA: Rule = {
  expected: 'there. Import "reflect-metadata", as Nest does, before the class is defined',
  accepts: (value) => typeof value === "function",
};

/** The token of the collector of an application. */
export const CHECKS: unique symbol = Symbol.for("hale.nestjs.checks");

/** The property by which Nest gives the collector to what has decorated methods. */
const COLLECTED: unique symbol = Symbol.for("hale.nestjs.collected");

/** Where Nest keeps which properties it is to set, and which of them need not be there. */
const PROPERTIES = "self:properties_metadata";
const OPTIONAL_PROPERTIES = "optional:properties_metadata";
/** Where Nest keeps what a constructor takes. */
const PARAMETERS = "design:paramtypes";

/** The metadata of Nest, which are kept in `Reflect`. */
function metadata(): Metadata {
  const reflect = Reflect as typeof Reflect & Partial<Metadata>;
  requireOption("hale/nestjs", "Reflect.defineMetadata", reflect.defineMetadata, METADATA);
  return reflect as typeof Reflect & Metadata;
}

/** Tells Nest what the constructor of a class takes. */
export function declareParameters(target: object, tokens: readonly unknown[]): void {
  metadata().defineMetadata(PARAMETERS, tokens, target);
}

/** Tells Nest to set a property, where the application has what its token stands for. */
function declareProperty(target: object, key: symbol, token: symbol): void {
  const { getMetadata, defineMetadata } = metadata();
  const properties = (getMetadata(PROPERTIES, target) ?? []) as { key: unknown }[];
  if (properties.some((property) => property.key === key)) return;
  const optional = (getMetadata(OPTIONAL_PROPERTIES, target) ?? []) as unknown[];
  defineMetadata(PROPERTIES, [...properties, { key, type: token }], target);
  defineMetadata(OPTIONAL_PROPERTIES, [...optional, key], target);
}

/** A decorated method. */
interface Decorated {
  readonly name: string;
  readonly options: HaleCheckOptions;
}

const decorated = sharedState(
  "decorated methods",
  () => new WeakMap<object, Map<string | symbol, Decorated>>(),
);

/** The decorated methods of an object, those of its class before those of the classes above. */
function decoratedOf(instance: object): Map<string | symbol, Decorated> {
  const all = new Map<string | symbol, Decorated>();
  for (let at: object | null = instance; at !== null; at = Object.getPrototypeOf(at)) {
    for (const [method, how] of decorated.get(at) ?? []) if (!all.has(method)) all.set(method, how);
  }
  return all;
}

/** The checks that the decorated methods of one application are. */
export class CheckCollector {
  readonly #checks = new Map<string, Check>();
  #taken = false;

  /** Adds those of a provider or controller, which Nest has just made. */
  add(instance: object): void {
    for (const [method, { name, options }] of decoratedOf(instance)) {
      if (this.#taken) {
        const message = `The check "${name}" was registered after createHealth(). Use HaleService.health from onModuleInit() on and not in a constructor, and decorate methods of providers that are made when the application starts.`;
        throw new HaleError("HALE_LATE_CHECK", message);
      }
      if (this.#checks.has(name)) throw duplicateCheck(name);
      this.#checks.set(name, checkOf(instance, method, options));
    }
  }

  /** All of them, beside those that were given otherwise; none can be added after it. */
  take<Given extends object>(
    given: Readonly<Record<string, Given>>,
  ): Record<string, Given | Check> {
    this.#taken = true;
    for (const name of this.#checks.keys()) {
      if (Object.hasOwn(given, name)) throw duplicateCheck(name);
    }
    return { ...given, ...Object.fromEntries(this.#checks) };
  }
}

function checkOf(instance: object, method: string | symbol, options: HaleCheckOptions): Check {
  const { scope = "dependency", ...rest } = options;
  const methods = instance as Readonly<Record<string | symbol, Run | undefined>>;
  // Looked up at each run, so that what is laid over the method counts.
  return defineCheck({
    ...rest,
    scope,
    run: fromTerminus((context) => methods[method]?.(context)),
  });
}

const NAME: Rule = {
  expected: "the name of a check",
  accepts: (value) => typeof value === "string",
};

/**
 * Makes a method of a provider or controller a check of the {@link HaleModule} of its application:
 * returning is up, throwing is down. It is called with the context of a run, whose `signal` aborts
 * when the `timeout` has passed. What an indicator of @nestjs/terminus returns is taken for what it says.
 *
 * @throws `HALE_BAD_OPTION` for what is no method; the options are looked at when the application
 *   starts
 * @example
 * ```ts
 * import { Injectable } from "@nestjs/common";
 * import { HaleCheck } from "hale/nestjs";
 *
 * @Injectable()
 * export class Payments {
 *   @HaleCheck("payments", { timeout: 300 })
 *   async ping({ signal }: { signal: AbortSignal }) {
 *     return fetch("http://127.0.0.1:9100/status", { signal });
 *   }
 * }
 * ```
 */
export function HaleCheck(
  name: string,
  options: HaleCheckOptions = {},
): <Method extends (context: RunContext) => unknown>(
  prototype: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void {
  requireOption("HaleCheck()", "name", name, NAME);
  requireOption("HaleCheck()", "options", options, OBJECT);
  return (prototype, key, descriptor) => {
    requireOption("HaleCheck()", "method", descriptor?.value, FUNCTION);
    declareProperty(prototype.constructor, COLLECTED, CHECKS);
    if (!(COLLECTED in prototype)) {
      Object.defineProperty(prototype, COLLECTED, {
        set(this: object, collector: CheckCollector) {
          collector.add(this);
        },
      });
    }
    const methods = decorated.get(prototype) ?? new Map<string | symbol, Decorated>();
    decorated.set(prototype, methods.set(key, { name, options }));
  };
}
