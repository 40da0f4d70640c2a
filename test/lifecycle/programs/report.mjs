// A script that asks once how its dependencies are. Two of its checks never settle, and nothing else holds
// the process open.
import { createHealth, defineCheck } from "hale";

const never = () => new Promise(() => {});
const health = createHealth({
  checks: {
    never,
    later: defineCheck({ scope: "dependency", interval: 60_000, timeout: 30_000, run: never }),
  },
  logger: false,
});
const { status, checks } = await health.report("readiness");
console.log(status, ...checks.map(({ name, code }) => `${name}=${code}`));
