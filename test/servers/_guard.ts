import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import type { Socket } from "node:net";

// The end of its input is the one thing that tells of every death, SIGKILL included. The server is
// first asked to end, as some have more to remove than their folder.
const SCRIPT = `
  tree() {
    echo "$1"
    for child in $(cat /proc/"$1"/task/*/children || pgrep -P "$1"); do tree "$child"; done
  }
  pid=
  while read -r line; do
    if [ "$line" = dismissed ]; then exit; fi
    pid=$line
  done
  if [ -n "$pid" ]; then
    kill -CONT $(tree "$pid")
    kill -TERM "$pid"
    tries=50
    while [ $tries -gt 0 ] && kill -0 "$pid"; do sleep 0.1; tries=$((tries - 1)); done
    if [ $tries -eq 0 ]; then kill -KILL $(tree "$pid"); fi
    kill -KILL "-$pid"
  fi
  rm -rf -- "$1" || rm -rf -- "$1"
`;

/** Cleans up after a server, in a process of its own, if the test process cannot do so itself. */
export interface Guard {
  /** Names the process to end, with all its tree; `undefined` while there is none. */
  watch(pid: number | undefined): void;
  /** Removes the folder and ends the guard. May be called again. */
  release(): Promise<void>;
}

/** Starts the guard of a server's folder. It acts once the test process is gone, however it died. */
export function guard(folder: string): Guard {
  // Detached, so that Ctrl-C ends the test process and not the guard.
  const child = spawn("sh", ["-c", SCRIPT, "sh", folder], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.unref();
  (child.stdin as Socket).unref();
  child.stdin.on("error", () => {});
  return {
    watch(pid) {
      if (child.stdin.writable) child.stdin.write(`${pid ?? ""}\n`);
    },
    async release() {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      if (child.stdin.writable) child.stdin.end("dismissed\n");
    },
  };
}
