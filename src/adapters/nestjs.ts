import type { Health } from "../contract/health.ts";
import { RECORD, requireOption } from "../contract/options.ts";
import { createHealth, type HealthOptions } from "../health.ts";
import { attachToNest } from "./internal/nest-adapter.ts";
import { CHECKS, CheckCollector, declareParameters } from "./internal/nest-checks.ts";

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
  imports: Imported[];
  providers: Provider<Token>[];
  exports: (symbol | typeof HaleService)[];
}

/** The token of the options of `createHealth`. */
const OPTIONS: unique symbol = Symbol.for("hale.nestjs.options");

/** The service that holds the health of a Nest app, for injection. */
export class HaleService {
  readonly #options: HealthOptions;
  readonly #checks: CheckCollector;
  #health: Health | undefined;
  #bootstrapped = () => {};
  #detach: (() => void) | undefined;

  constructor(options: HealthOptions, checks: CheckCollector) {
    requireOption("HaleModule", "options", options, RECORD);
    this.#options = options;
    this.#checks = checks;
  }

  /**
   * The health, which is made on first access: from `onModuleInit()` on, when every provider exists. Startup
   * waits until the application is bootstrapped.
   *
   * @throws the errors of `createHealth`, and `HALE_DUPLICATE_CHECK`
   */
  get health(): Health {
    this.#health ??= this.#make();
    return this.#health;
  }

  #make(): Health {
    const checks = this.#checks.take(this.#options.checks ?? {});
    const health = createHealth({ ...this.#options, checks });
    const bootstrapped = new Promise<void>((resolve) => {
      this.#bootstrapped = resolve;
    });
    health.addStartupTask("start the application", bootstrapped);
    return health;
  }

  /** Attaches the health to the server of the app; {@link HaleModule} calls it. */
  attachToNest(consumer: unknown): void {
    this.#detach = attachToNest(consumer, this.health);
  }

  /** @internal */
  onApplicationBootstrap(): void {
    // Without a server, as in a worker, nothing may have accessed it before.
    void this.health;
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

/**
 * The Nest module. It makes the health of the app from its options and from the methods that are decorated
 * with {@link HaleCheck}. It handles the probe routes before the app, whatever its prefix, versions,
 * middleware, guards, pipes and interceptors. Import it once, in the root module; it is global.
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
  readonly #service: HaleService;

  constructor(service: HaleService) {
    this.#service = service;
  }

  /**
   * Makes the module from the options of `createHealth`.
   *
   * @throws `HALE_BAD_OPTION`; other mistakes throw when the application starts
   */
  static forRoot(options: HealthOptions = {}): HaleDynamicModule<never, never> {
    requireOption("HaleModule.forRoot()", "options", options, RECORD);
    return HaleModule.forRootAsync({ useFactory: () => options });
  }

  /** Makes the module from a function that receives the injected providers and returns the options of `createHealth`. */
  static forRootAsync<Imported = never, Token = never, Given extends readonly unknown[] = []>({
    imports = [],
    inject = [],
    useFactory,
  }: HaleAsyncOptions<Imported, Token, Given>): HaleDynamicModule<Imported, Token> {
    // At this point the application has loaded `reflect-metadata`.
    declareParameters(HaleModule, [HaleService]);
    return {
      module: HaleModule,
      global: true,
      imports,
      providers: [
        { provide: OPTIONS, useFactory, inject },
        { provide: CHECKS, useFactory: () => new CheckCollector(), inject: [] },
        {
          provide: HaleService,
          useFactory: (options: HealthOptions, checks: CheckCollector) =>
            new HaleService(options, checks),
          inject: [OPTIONS, CHECKS],
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
