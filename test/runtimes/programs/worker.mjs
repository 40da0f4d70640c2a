import { answer } from "./clients.mjs";
import { fetch } from "./service.mjs";

const isOfClients = (request) => new URL(request.url).pathname.startsWith("/clients");

export default { fetch: (request) => (isOfClients(request) ? answer(request) : fetch(request)) };
