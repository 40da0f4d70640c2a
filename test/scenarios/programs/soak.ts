// npm run soak -- --minutes 10 --reloads 1000
import { parseArgs } from "node:util";
import { soak } from "../_soak.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    reloads: { type: "string", default: "1000" },
  },
});
const reloads = Number(values.reloads);
const tally = await soak({ reloads, lasting: Number(values.minutes) * 60_000 });
console.log(tally);
const { unanswered, unexpected, reloaded, refused, early, late } = tally;
const grew = late.memory > 1.25 * early.memory || late.handles > early.handles + 5;
process.exitCode = unanswered + unexpected > 0 || reloaded + refused !== reloads || grew ? 1 : 0;
