// npm run fuzz:grpc -- --count 100000 --seed 7
import { parseArgs } from "node:util";
import { GrpcHealthClient } from "../../../_support/grpc-health-client.ts";
import { withProgram } from "../../probe-thread/_program.ts";
import { fuzzFrames } from "../_fuzz.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
  },
});

// Once at the main thread, whose crash is the end of the process, and once at the probe thread, which logs its own.
for (const thread of [false, true]) {
  await withProgram({ listen: { grpc: 0, thread } }, async (program) => {
    const port = await program.grpcPort();
    const client = new GrpcHealthClient(`127.0.0.1:${port}`);
    const before = await client.check("liveness");
    const tally = await fuzzFrames(port, Number(values.count), Number(values.seed));
    const after = await client.check("liveness");
    client.close();
    const crashes = program.lines.filter((line) => line.includes("has died")).length;
    const ended = program.child.exitCode ?? program.child.signalCode;
    console.log(`seed ${values.seed}, ${thread ? "probe" : "main"} thread`, {
      ...tally,
      before,
      after,
      crashes,
      ended,
    });
    const isWell = [before, after].every((status) => status === "SERVING");
    if (!isWell || crashes > 0 || ended !== null) process.exitCode = 1;
  });
}
