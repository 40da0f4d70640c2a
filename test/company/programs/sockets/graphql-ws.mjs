import { GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { useServer as serveGraphql } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { listening, onClose, say, shutDown, startServer } from "./_service.mjs";

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: "Query", fields: { hello: { type: GraphQLString } } }),
});
const server = startServer();
const disposable = serveGraphql(
  { schema, onConnect: () => say("connected") },
  new WebSocketServer({ server, path: "/graphql" }),
);
onClose.subscriptions = () => disposable.dispose();
shutDown(server, disposable);
server.listen(0, "127.0.0.1", () => listening(server));
