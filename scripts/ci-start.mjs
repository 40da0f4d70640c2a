// Runs the main job as README says, `npm start`, and looks whether its endpoints answer as promised.
import { deepStrictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const EXPECTED = {
  "/health/": '{"status":"ok"}',
  "/health/ready/": '{"status":"ok"}',
  "/health/deep/": '{"status":"healthy","checks":{"database":"ok","cache":"ok","jobs":"ok"}}',
};

const service = spawn("npm", ["start"], {
  env: { ...process.env, PORT: "0" },
  stdio: ["ignore", "pipe", "inherit"],
  // A group of its own, so that npm's own child ends with it.
  detached: true,
});
service.once("exit", (code) => {
  if (stopping) return;
  console.error(`npm start ended with code ${code} before its endpoints responded.`);
  process.exit(1);
});

let stopping = false;
const limit = setTimeout(() => {
  console.error("The service did not respond within two minutes.");
  process.exitCode = 1;
  stop();
}, 120_000);

function stop() {
  stopping = true;
  clearTimeout(limit);
  process.kill(-service.pid, "SIGTERM");
}

async function bodyOf(url) {
  for (;;) {
    const response = await fetch(url);
    const body = await response.text();
    // Readiness waits for the start-up tasks; the limit above ends a wait that is in vain.
    if (response.status === 200) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

for await (const line of createInterface({ input: service.stdout })) {
  const [url] = /http:\S+$/.exec(line) ?? [];
  if (url === undefined) continue;
  try {
    for (const [path, expected] of Object.entries(EXPECTED)) {
      const body = await bodyOf(new URL(path, url));
      deepStrictEqual(body, expected);
      console.log(`${path} ${body}`);
    }
  } finally {
    stop();
  }
  break;
}
