// GraphQL Yoga, with a subscription that never ends by itself.
import { createServer } from "node:http";
import { createSchema, createYoga } from "graphql-yoga";
import { answer, serve } from "./_service.mjs";

const ending = new AbortController();
const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs: "type Query { hello: String } type Subscription { ticks: String }",
    resolvers: {
      Query: { hello: () => "Hello" },
      Subscription: {
        ticks: {
          subscribe: async function* () {
            console.log("subscribed");
            yield { ticks: "tick" };
            await new Promise((resolve) => ending.signal.addEventListener("abort", resolve));
          },
        },
      },
    },
  }),
});
const server = createServer((request, response) => {
  if (request.url.startsWith("/graphql")) yoga(request, response);
  else answer(request, response);
});
serve(server, {
  onStop: { subscriptions: () => ending.abort() },
  onClose: { database: () => {}, yoga: () => yoga.dispose() },
});
