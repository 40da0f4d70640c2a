import "reflect-metadata";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  TerminusModule,
} from "@nestjs/terminus";
import { checksOf, serve } from "./_serve.mjs";

await serve(async ({ clients }) => {
  const checks = Object.entries(checksOf(clients));

  class HealthController {
    constructor(health, indicators) {
      this.health = health;
      this.indicators = indicators;
    }

    liveness() {
      return this.health.check([]);
    }

    deep() {
      return this.health.check(
        checks.map(([name, check]) => async () => {
          await check();
          return this.indicators.check(name).up();
        }),
      );
    }
  }
  // What the compiler makes of `@Controller()` and its kin.
  Reflect.defineMetadata(
    "design:paramtypes",
    [HealthCheckService, HealthIndicatorService],
    HealthController,
  );
  Controller()(HealthController);
  route(HealthController, "liveness", "livez");
  route(HealthController, "deep", "health/deep");

  class AppModule {}
  Module({ imports: [TerminusModule], controllers: [HealthController] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.init();
  return app.getHttpServer();
});

function route(controller, method, path) {
  const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, method);
  Get(path)(controller.prototype, method, descriptor);
  HealthCheck()(controller.prototype, method, descriptor);
}
