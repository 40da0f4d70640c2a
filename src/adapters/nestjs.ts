import type { Health } from "../contract/health.ts";
import { RECORD, requireOption } from "../contract/options.ts";
import { createHealth, type HealthOptions } from "../health.ts";
import { attachToNest } from "./internal/nest-adapter.ts";
import { CHECKS, CheckCollector, declareParameters } from "./internal/nest-checks.ts";

export { type TerminusIndicatorOptions, terminusIndicator } from "./internal/nest-adapter.ts";
export { HaleCheck, type HaleCheckOptions } from "./internal/nest-checks.ts";

/** What {@link HaleModule.forRootAsync} takes; `imports` and `inject` are what Nest makes of them. */
export interface HaleAsyncOptions<Imported, Token, Given extends readonly unknown[]> {
  /** The modules that export what is injected. */
  imports?: Imported[];
  /** What `useFactory` is called with. */
  inject?: Token[];
  useFactory(...given: Given): HealthOptions | Promise<HealthOptions>;
}

/** A provider, as Nest takes it. */
interface Provider<Token> {
  provide: symbol | typeof HaleService;
  // biome-ignore lint/suspicious/noExplicitAny: so does Nest, which calls it with what is injected.
  useFactory(...given: any[]): unknown;
  inject: (Token | symbol)[];
}

/** A module, as Nest takes it in `imports`. */
export interface HaleDynamicModule<Imported, Token> {
  module: typeof HaleModule;
  global: true;
  imports: Imported[];
  providers: Provider<Token>[];
  exports: (symbol | typeof HaleService)[];
}

/** The token of what `createHealth` is given. */
const OPTIONS: unique symbol = Symbol.for("hale.nestjs.options");

/** The health of an application of Nest: inject it where the application is to talk to it. */
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
   * The health, which is made when it is asked for first: from `onModuleInit()` on, when every
   * provider is there. Startup waits until the application is bootstrapped.
   *
   * @throws what `createHealth` throws, and `HALE_DUPLICATE_CHECK`
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

  /** Answers in front of the application that a module is part of. Nest's module calls it. */
  answerInFront(consumer: unknown): void {
    this.#detach = attachToNest(consumer, this.health);
  }

  /** @internal */
  onApplicationBootstrap(): void {
    // Without a server, as in a worker, nobody may have asked for it before.
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
 * The module for Nest: it makes the health of the application, of the checks that it is given and of
 * the methods that are decorated with {@link HaleCheck}, and answers the probe routes in front of the
 * application, whatever its prefix, versions, middleware, guards, pipes and interceptors. Import it
 * once, in the root module; it is global.
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
   * Takes what `createHealth` takes.
   *
   * @throws `HALE_BAD_OPTION`; what else is wrong is told when the application starts
   */
  static forRoot(options: HealthOptions = {}): HaleDynamicModule<never, never> {
    requireOption("HaleModule.forRoot()", "options", options, RECORD);
    return HaleModule.forRootAsync({ useFactory: () => options });
  }

  /** Takes a function that is called with what is injected, and returns what `createHealth` takes. */
  static forRootAsync<Imported = never, Token = never, Given extends readonly unknown[] = []>({
    imports = [],
    inject = [],
    useFactory,
  }: HaleAsyncOptions<Imported, Token, Given>): HaleDynamicModule<Imported, Token> {
    // At this point the application has loaded what keeps metadata.
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

  /** Called by Nest once every provider is there, before anything of the application listens. */
  configure(consumer: unknown): void {
    this.#service.answerInFront(consumer);
  }
}
