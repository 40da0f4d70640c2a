// The same from CommonJS, without a logger, so that what is logged is seen.
const { createHealth } = require("hale");
const { listen } = require("hale/node");

const health = createHealth();
listen(health, { port: 0, host: "127.0.0.1", thread: true }).then(async ({ url, close }) => {
  // Only another thread answers while this one is synchronous.
  health.markStarted();
  const { execFileSync } = require("node:child_process");
  const ask = "fetch(process.argv[1]).then((response) => console.log(response.status))";
  const env = { ...process.env, NODE_OPTIONS: "" };
  console.log(
    execFileSync(process.execPath, ["-e", ask, `${url}livez`], { env })
      .toString()
      .trim(),
  );
  await close();
});
