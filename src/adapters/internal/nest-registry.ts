import { HaleError } from "../../contract/errors.ts";

/** The token of the registry of an application. */
export const REGISTRY: unique symbol = Symbol.for("hale.nestjs.registry");

/** The registry of one application, which has one health. */
export class ModuleRegistry {
  #isTaken = false;

  /** @throws `HALE_MODULE_TWICE` when called again */
  take(): void {
    if (this.#isTaken) {
      const message =
        "HaleModule is imported twice with options, so the application would have two healths. Import forRoot() or forRootAsync() once, in the root module: it is global.";
      throw new HaleError("HALE_MODULE_TWICE", message);
    }
    this.#isTaken = true;
  }
}

class RegistryModule {}

// Nest logs the name of the class, which minification shortens.
Object.defineProperty(RegistryModule, "name", { value: "HaleRegistryModule" });

/** The module of the registry. Every HaleModule imports this object, so that Nest makes one for each application. */
export const REGISTRY_MODULE = {
  module: RegistryModule,
  providers: [{ provide: REGISTRY, useFactory: () => new ModuleRegistry() }],
  exports: [REGISTRY],
};

/** The error of a module that is imported as a class alone. */
export function withoutOptions(): HaleError {
  const message =
    "HaleModule is imported without options. Write HaleModule.forRoot({ checks }) in the imports of the root module.";
  return new HaleError("HALE_MODULE_WITHOUT_OPTIONS", message);
}
