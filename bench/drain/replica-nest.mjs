import "reflect-metadata";
import { Readable } from "node:stream";
import { Controller, Get, Module, StreamableFile } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  BODY,
  delay,
  HANDLERS,
  halves,
  serveReplica,
} from "../../test/scenarios/programs/_replica.mjs";

class ServiceController {
  async fast() {
    await delay(HANDLERS["/fast"]);
    return BODY;
  }

  async slow() {
    await delay(HANDLERS["/slow"]);
    return BODY;
  }

  stream() {
    return new StreamableFile(Readable.from(halves(), { objectMode: false }), {
      length: BODY.length,
    });
  }
}
// What the compiler makes of `@Controller()` and `@Get()`.
Controller()(ServiceController);
for (const path of ["fast", "slow", "stream"]) {
  const descriptor = Object.getOwnPropertyDescriptor(ServiceController.prototype, path);
  Get(path)(ServiceController.prototype, path, descriptor);
}

class AppModule {}
Module({ controllers: [ServiceController] })(AppModule);
const app = await NestFactory.create(AppModule, { logger: false });
await serveReplica(app.getHttpServer(), (port) => app.listen(port, "127.0.0.1"));
