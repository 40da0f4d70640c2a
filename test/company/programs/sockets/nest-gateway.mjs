// Without decorators, which this Node cannot read: they are functions.
import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { WsAdapter } from "@nestjs/platform-ws";
import { WebSocketGateway } from "@nestjs/websockets";
import { attach } from "hale/node";
import { health, listening, say, shutDown } from "./_service.mjs";

class Feed {
  handleConnection() {
    say("connected");
  }
  onModuleDestroy() {
    say("onModuleDestroy of a provider");
  }
  beforeApplicationShutdown() {
    say("beforeApplicationShutdown of a provider");
  }
}
WebSocketGateway()(Feed);

class App {}
Module({ providers: [Feed] })(App);

const app = await NestFactory.create(App, { logger: false });
// biome-ignore lint/correctness/useHookAtTopLevel: it is no hook of React
app.useWebSocketAdapter(process.argv[2] === "ws" ? new WsAdapter(app) : new IoAdapter(app));
attach(app.getHttpServer(), health);
shutDown(app);
await app.listen(0, "127.0.0.1");
listening(app.getHttpServer());
