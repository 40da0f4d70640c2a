// A script that handles a request without a server, as a test or a function of a platform does. One of its checks
// never settles, and nothing else holds the process open.
import { createHealth } from "hale";

const health = createHealth({ checks: { never: () => new Promise(() => {}) }, logger: false });
const { status, body } = await health.handle({
  method: "GET",
  url: "/health/deep",
  header: () => undefined,
});
console.log(status, body);
