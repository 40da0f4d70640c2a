import { Controller, Get, Injectable, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { HaleModule, HaleService } from "hale/nestjs";
import { gracefulShutdown } from "hale/node";
import pg from "pg";

@Injectable()
class Database {
  readonly pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
}

@Module({ providers: [Database], exports: [Database] })
class DatabaseModule {}

@Controller()
class ShopController {
  constructor(private readonly database: Database) {}

  @Get()
  async now() {
    return (await this.database.pool.query("select now()")).rows[0];
  }
}

const hale = HaleModule.forRootAsync({
  imports: [DatabaseModule],
  inject: [Database],
  useFactory: ({ pool }: Database) => ({ checks: { database: pool } }),
});

@Module({ imports: [DatabaseModule, hale], controllers: [ShopController] })
class AppModule {}

const app = await NestFactory.create(AppModule); // no enableShutdownHooks(): they close too early
const { pool } = app.get(Database);
pool.on("error", (error) => console.error(error.message)); // pg ends the process otherwise
const { health } = app.get(HaleService);
gracefulShutdown({ health, servers: [app], onClose: { database: () => pool.end() } });
await app.listen(process.env.PORT ?? 8000, process.env.HOST ?? "0.0.0.0");
