import { createServer } from "node:http";
import createApp from "express";
import { createHealth } from "hale";
import { attach } from "hale/node";
import { serve } from "./_serve.mjs";

await serve(({ clients }) => {
  const server = createServer(createApp());
  attach(server, createHealth({ checks: clients }));
  return server;
});
