// Answers as Elasticsearch and OpenSearch do, when they are asked how their cluster is.
// PUT /status sets the colour; GET /asked counts the questions and the connections.
//
// node elasticsearch.mjs <port> <user> <password>
import { createServer } from "node:http";

const [port, user, password] = process.argv.slice(2);
const IN = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

let status = "green";
let questions = 0;
let connections = 0;

createServer(async (request, response) => {
  const answer = (code, body) => {
    response.writeHead(code, {
      "content-type": request.headers.accept?.split(",")[0] ?? "application/json",
      // Without it, Elasticsearch's client takes the server for another product.
      "x-elastic-product": "Elasticsearch",
    });
    response.end(JSON.stringify(body));
  };
  if (request.headers.authorization !== IN) {
    const error = { type: "security_exception", reason: "unable to authenticate user" };
    answer(401, { error: { root_cause: [error], ...error }, status: 401 });
  } else if (request.method === "PUT" && request.url === "/status") {
    status = "";
    for await (const chunk of request) status += chunk;
    answer(200, { acknowledged: true });
  } else if (request.url === "/asked") {
    answer(200, { questions, connections });
  } else if (request.url === "/_cluster/health") {
    questions++;
    const unassigned_shards = status === "green" ? 0 : 3;
    answer(200, { cluster_name: "hale", status, number_of_nodes: 2, unassigned_shards });
  } else {
    answer(404, { error: { type: "resource_not_found_exception" }, status: 404 });
  }
})
  .on("connection", () => {
    connections++;
  })
  .listen(Number(port), "127.0.0.1");
