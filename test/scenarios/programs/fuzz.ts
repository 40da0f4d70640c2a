// npm run fuzz -- --count 1000000 --seed 7
import { parseArgs } from "node:util";
import { fuzz } from "../_fuzz.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
  },
});
const tally = await fuzz(Number(values.count), Number(values.seed));
console.log(`seed ${values.seed}`, tally);
const { requests: _, responses: __, examples: ___, ...faults } = tally;
process.exitCode = Object.values(faults).some((count) => count > 0) ? 1 : 0;
