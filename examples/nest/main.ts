import "reflect-metadata";
import { Controller, Get, Inject, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { HaleModule, HaleService } from "hale/nestjs";
import { gracefulShutdown } from "hale/node";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
pool.on("error", (error) => console.error(error.message)); // pg ends the process otherwise

@Module({ providers: [{ provide: pg.Pool, useValue: pool }], exports: [pg.Pool] })
class DatabaseModule {}

@Controller()
class ShopController {
  constructor(@Inject(pg.Pool) readonly database: pg.Pool) {}

  @Get()
  async now() {
    return (await this.database.query("select now()")).rows[0];
  }
}

const hale = HaleModule.forRootAsync({
  imports: [DatabaseModule],
  inject: [pg.Pool],
  useFactory: (database: pg.Pool) => ({ checks: { database } }),
});

@Module({ imports: [DatabaseModule, hale], controllers: [ShopController] })
class AppModule {}

// Without enableShutdownHooks(), which would close the app before any load balancer knows.
const app = await NestFactory.create(AppModule);
const { health } = app.get(HaleService);
gracefulShutdown({ health, servers: [app], onClose: { database: () => pool.end() } });
await app.listen(process.env["PORT"] ?? 8000, process.env["HOST"] ?? "0.0.0.0");
