import type { Check, CheckOptions, Run, RunContext, Scope } from "../../contract/check.ts";
import { defineCheck } from "../../contract/check.ts";
import { HaleError } from "../../contract/errors.ts";
import { duplicateCheck } from "../../contract/misuse.ts";
import {
  CHECK_OPTION_RULES,
  FUNCTION,
  OBJECT,
  oneOf,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
} from "../../contract/options.ts";
import { sharedState } from "../../contract/shared-state.ts";
import { fromTerminus } from "./from-terminus.ts";

/** The options of {@link HaleCheck}: those of a check, and its scope. */
export interface HaleCheckOptions extends CheckOptions {
  /**
   * The scope of the check. `"process"` is for a subject that a restart would repair: the check then takes part
   * in liveness too.
   *
   * @default "dependency"
   */
  scope?: Scope | undefined;
}

/** The part of `reflect-metadata` that is used; Nest requires that package. */
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

/** The property by which Nest injects the collector into instances with decorated methods. */
const COLLECTED: unique symbol = Symbol.for("hale.nestjs.collected");

/** The keys of Nest's metadata for injected properties, and for the optional ones among them. */
const PROPERTIES = "self:properties_metadata";
const OPTIONAL_PROPERTIES = "optional:properties_metadata";
/** The keys of Nest's metadata for constructor parameters, and for the positions of optional ones. */
const PARAMETERS = "design:paramtypes";
const OPTIONAL_PARAMETERS = "optional:paramtypes";

/** Returns the metadata functions of `Reflect`. */
function metadata(): Metadata {
  const reflect = Reflect as typeof Reflect & Partial<Metadata>;
  requireOption("hale/nestjs", "Reflect.defineMetadata", reflect.defineMetadata, METADATA);
  return reflect as typeof Reflect & Metadata;
}

/** Declares the constructor parameters of a class to Nest, which passes `undefined` for one that it does not find. */
export function declareParameters(target: object, tokens: readonly unknown[]): void {
  const { defineMetadata } = metadata();
  defineMetadata(PARAMETERS, tokens, target);
  defineMetadata(OPTIONAL_PARAMETERS, [...tokens.keys()], target);
}

/** Declares an optional injected property to Nest. */
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

/** Returns the decorated methods of an object; a class overrides its superclasses. */
function decoratedOf(instance: object): Map<string | symbol, Decorated> {
  const all = new Map<string | symbol, Decorated>();
  for (let at: object | null = instance; at !== null; at = Object.getPrototypeOf(at)) {
    for (const [method, how] of decorated.get(at) ?? []) if (!all.has(method)) all.set(method, how);
  }
  return all;
}

/** The collector of the checks that the decorated methods of one application define. */
export class CheckCollector {
  readonly #checks = new Map<string, Check>();
  #taken = false;

  /** Adds the checks of a provider or controller that Nest has just made. */
  add(instance: object): void {
    for (const [method, { name, options }] of decoratedOf(instance)) {
      if (this.#taken) {
        const message = `The check "${name}" was registered after createHealth(). Use HaleService.health from onModuleInit() on and not in a constructor, and decorate methods of providers that are made when the application starts.`;
        throw new HaleError("HALE_LATE_CHECK", message);
      }
      if (this.#checks.has(name)) throw duplicateCheck(name);
      this.#checks.set(name, checkOf(instance, method, { name, options }));
    }
  }

  /** Returns all checks, beside the given ones; none can be added later. */
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

const OPTION_RULES: Rules<HaleCheckOptions> = {
  scope: oneOf(["process", "dependency"]),
  ...CHECK_OPTION_RULES,
};

function checkOf(instance: object, method: string | symbol, { name, options }: Decorated): Check {
  validateOptions(`@HaleCheck("${name}")`, options, OPTION_RULES);
  const { scope = "dependency", ...rest } = options;
  const methods = instance as Readonly<Record<string | symbol, Run | undefined>>;
  // Looked up at each run, so that a later wrapper of the method counts.
  const run = fromTerminus((context) => methods[method]?.(context));
  return defineCheck({ ...rest, scope, run });
}

const NAME: Rule = {
  expected: "the name of a check",
  accepts: (value) => typeof value === "string",
};

/**
 * Makes a method of a provider or controller a check of its app's {@link HaleModule}: returning is up,
 * throwing is down. The method receives the context of a run, whose `signal` aborts when the `timeout` has
 * passed. The result of a @nestjs/terminus indicator becomes the outcome.
 *
 * @throws `HALE_BAD_OPTION` for a target that is no method; the options are validated when the application
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
