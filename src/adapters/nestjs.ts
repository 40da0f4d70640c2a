import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { badOption } from "../contract/misuse.ts";
import {
  FUNCTION,
  HEALTH,
  hasMethods,
  kindOf,
  RECORD,
  type Rule,
  requireOption,
} from "../contract/options.ts";
import { createHealth, type HealthOptions } from "../health.ts";
import { attachToNest, warnOfRoutes } from "./internal/nest-adapter.ts";
import { CHECKS, CheckCollector, declareParameters } from "./internal/nest-checks.ts";
import { loadNestLogger } from "./internal/nest-logger.ts";
import {
  type ModuleRegistry,
  REGISTRY,
  REGISTRY_MODULE,
  withoutOptions,
} from "./internal/nest-registry.ts";

export { type TerminusIndicatorOptions, terminusIndicator } from "./internal/nest-adapter.ts";
export { HaleCheck, type HaleCheckOptions } from "./internal/nest-checks.ts";

/** The options of {@link HaleModule.forRootAsync}; `imports` and `inject` are those of Nest's modules. */
export interface HaleAsyncOptions<Imported, Token, Given extends readonly unknown[]> {
  /** The modules that export the injected providers. */
  imports?: Imported[];
  /** The tokens of the arguments of `useFactory`. */
  inject?: Token[];
  useFactory(...given: Given): HealthOptions | Promise<HealthOptions>;
}

/** A Nest provider. */
interface Provider<Token> {
  provide: symbol | typeof HaleService;
  // biome-ignore lint/suspicious/noExplicitAny: Nest declares it so, and calls it with the injected providers.
  useFactory(...given: any[]): unknown;
  inject: (Token | symbol)[];
}

/** A dynamic Nest module, for `imports`. */
export interface HaleDynamicModule<Imported, Token> {
  module: typeof HaleModule;
  global: true;
  imports: (Imported | typeof REGISTRY_MODULE)[];
  providers: Provider<Token>[];
  exports: (symbol | typeof HaleService)[];
}

/** The rule of the options of `forRoot`, which makes no options by a provider. */
const NO_FACTORY: Rule = {
  expected: "the options of createHealth()",
  secret: true,
  accepts: (value) =>
    !Object.keys(value as object).some((name) => /^(imports|inject|use[A-Z])/.test(name)),
  hint: () => "Write HaleModule.forRootAsync({ imports, inject, useFactory }).",
};

/** The token of the options of `createHealth`. */
const OPTIONS: unique symbol = Symbol.for("hale.nestjs.options");

/** The token of the logger that is the default. */
const LOGGER: unique symbol = Symbol.for("hale.nestjs.logger");

/** The service that holds the health of a Nest app, for injection. */
export class HaleService {
  static {
    // Nest logs the name of the class, which minification shortens.
    Object.defineProperty(HaleService, "name", { value: "HaleService" });
  }

  readonly #make: (bootstrapped: Promise<void>) => Health;
  #health: Health | undefined;
  #bootstrapped = () => {};
  #detach: (() => void) | undefined;
  #warnOfRoutes = () => {};

  constructor(make: (bootstrapped: Promise<void>) => Health) {
    requireOption("HaleService", "make", make, FUNCTION);
    this.#make = make;
  }

  /**
   * Makes a service of a health that exists, such as that of `fakeHealth`, to override this provider in a test.
   *
   * @throws `HALE_BAD_OPTION`
   */
  static from(health: Health): HaleService {
    requireOption("HaleService.from()", "health", health, HEALTH);
    return new HaleService(() => health);
  }

  /**
   * The health, which is made on first access: from `onModuleInit()` on, when every provider exists. Startup
   * waits until the application is bootstrapped.
   *
   * @throws the errors of `createHealth`, and `HALE_DUPLICATE_CHECK`
   */
  get health(): Health {
    this.#health ??= this.#make(
      new Promise((resolve) => {
        this.#bootstrapped = resolve;
      }),
    );
    return this.#health;
  }

  /** Attaches the health to the server of the app; {@link HaleModule} calls it. */
  attachToNest(consumer: unknown): void {
    // A module that imports HaleModule as a class, beside the root module, configures it again.
    this.#detach ??= attachToNest(consumer, this.health);
    this.#warnOfRoutes = () => warnOfRoutes(consumer, this.health);
  }

  /** @internal */
  onApplicationBootstrap(): void {
    // Without a server, as in a worker, nothing may have accessed it before.
    void this.health;
    this.#warnOfRoutes();
    this.#bootstrapped();
  }

  /** @internal */
  onModuleDestroy(): void {
    this.#health?.drain();
  }

  /** @internal */
  async onApplicationShutdown(): Promise<void> {
    this.#detach?.();
    await this.#health?.close();
  }
}

/** A service, also that of another copy of hale. */
const SERVICE: Rule = {
  expected: "a HaleService, which HaleService.from(health) makes for a test",
  accepts: (value) => hasMethods(value, ["attachToNest"]),
};

/** Makes the service of an application from its options and from the checks of its decorated methods. */
function serviceOf(
  options: HealthOptions,
  checks: CheckCollector,
  logger: HealthOptions["logger"],
  registry: ModuleRegistry,
): HaleService {
  registry.take();
  requireMadeOptions(options);
  return new HaleService((bootstrapped) => {
    const health = createHealthOfModule({
      ...options,
      logger: options.logger ?? logger,
      checks: checks.take(options.checks ?? {}),
    });
    health.addStartupTask("start the application", bootstrapped);
    return health;
  });
}

/** Makes a health; an error names the module, since the service has not called `createHealth` itself. */
function createHealthOfModule(options: HealthOptions): Health {
  try {
    return createHealth(options);
  } catch (failure) {
    if (!(failure instanceof HaleError)) throw failure;
    const { code, message } = failure;
    const named = message.replace(/^createHealth\(\)|(?<= of )createHealth\(\)/, "HaleModule");
    throw new HaleError(code, named, { cause: failure });
  }
}

/**
 * Refuses what `useFactory` has returned in place of the options.
 *
 * @throws `HALE_BAD_OPTION`
 */
function requireMadeOptions(made: unknown): void {
  const isHealth = HEALTH.accepts(made);
  if (RECORD.accepts(made) && !isHealth) return;
  const expected = "a function that returns the options of createHealth(), or a promise of them";
  const actual = `one that returned ${isHealth ? "a health" : kindOf(made)}`;
  const hint = isHealth
    ? "Return the options alone, since HaleModule makes the health."
    : "Write useFactory: (config) => ({ checks: { … } }).";
  throw badOption("HaleModule.forRootAsync()", "useFactory", expected, actual, hint);
}

/**
 * The Nest module. It makes the health of the app from its options and from the methods that are decorated
 * with {@link HaleCheck}. It handles the probe routes before the app, whatever its prefix, versions,
 * middleware, guards, pipes and interceptors. Import it once, in the root module; it is global. Without the option
 * `logger`, its lines go to Nest's `Logger`.
 *
 * @example
 * ```ts
 * import { Module } from "@nestjs/common";
 * import { HaleModule } from "hale/nestjs";
 *
 * @Module({ imports: [HaleModule.forRoot({ defaults: { timeout: 300 } })] })
 * export class AppModule {}
 * ```
 */
export class HaleModule {
  static {
    // Nest logs the name of the class, which minification shortens.
    Object.defineProperty(HaleModule, "name", { value: "HaleModule" });
  }

  readonly #service: HaleService;

  /**
   * @throws `HALE_MODULE_WITHOUT_OPTIONS` when neither `forRoot()` nor `forRootAsync()` was imported;
   *   `HALE_BAD_OPTION` when the provider of `HaleService` was replaced by something else
   */
  constructor(service: HaleService | undefined) {
    if (service === undefined) throw withoutOptions();
    requireOption("HaleModule", "HaleService", service, SERVICE);
    this.#service = service;
  }

  /**
   * Makes the module from the options of `createHealth`.
   *
   * @throws `HALE_BAD_OPTION`; other mistakes throw when the application starts
   */
  static forRoot(options: HealthOptions = {}): HaleDynamicModule<never, never> {
    requireOption("HaleModule.forRoot()", "options", options, RECORD);
    requireOption("HaleModule.forRoot()", "options", options, NO_FACTORY);
    return HaleModule.forRootAsync({ useFactory: () => options });
  }

  /**
   * Makes the module from a function that receives the injected providers and returns the options of `createHealth`.
   *
   * @throws `HALE_BAD_OPTION`; other mistakes throw when the application starts
   */
  static forRootAsync<Imported = never, Token = never, Given extends readonly unknown[] = []>(
    options: HaleAsyncOptions<Imported, Token, Given>,
  ): HaleDynamicModule<Imported, Token> {
    requireOption("HaleModule.forRootAsync()", "options", options, RECORD);
    const { imports = [], inject = [], useFactory } = options;
    requireOption("HaleModule.forRootAsync()", "useFactory", useFactory, FUNCTION);
    // At this point the application has loaded `reflect-metadata`.
    declareParameters(HaleModule, [HaleService]);
    return {
      module: HaleModule,
      global: true,
      imports: [...imports, REGISTRY_MODULE],
      providers: [
        { provide: OPTIONS, useFactory, inject },
        { provide: LOGGER, useFactory: loadNestLogger, inject: [] },
        { provide: CHECKS, useFactory: () => new CheckCollector(), inject: [] },
        {
          provide: HaleService,
          useFactory: serviceOf,
          inject: [OPTIONS, CHECKS, LOGGER, REGISTRY],
        },
      ],
      exports: [HaleService, CHECKS],
    };
  }

  /** Attaches the health. Nest calls it once every provider exists, before the app listens. */
  configure(consumer: unknown): void {
    this.#service.attachToNest(consumer);
  }
}
