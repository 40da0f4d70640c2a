import { fetch } from "./service.mjs";

export default { fetch: (request) => fetch(request) };
