// Apollo Server as its pages say, with the plugin that ends its HTTP server, or with what hale's page says.
import { createServer } from "node:http";
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginDrainHttpServer } from "@apollo/server/plugin/drainHttpServer";
import { expressMiddleware } from "@as-integrations/express5";
import express from "express";
import { answer, serve } from "./_service.mjs";

const asAdvised = process.argv[2] === "advised";
const app = express();
const server = createServer(app);
const apollo = new ApolloServer({
  typeDefs: "type Query { slow: String }",
  resolvers: {
    Query: {
      slow() {
        console.log("resolves");
        return new Promise((resolve) => {
          // Later than the drain, and than the second in which any signal is the same request.
          const end = () => setTimeout(resolve, 1100, "whole");
          health.signal("stop").addEventListener("abort", end);
        });
      },
    },
  },
  ...(asAdvised
    ? { stopOnTerminationSignals: false }
    : { plugins: [ApolloServerPluginDrainHttpServer({ httpServer: server })] }),
});
const { close } = server;
server.close = (...values) => {
  console.log("the port is closed");
  return close.apply(server, values);
};
await apollo.start();
app.use("/graphql", express.json(), expressMiddleware(apollo));
app.use(answer);
const health = serve(server, {
  onClose: { database: () => {}, ...(asAdvised && { apollo: () => apollo.stop() }) },
});
