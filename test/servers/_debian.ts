import { run } from "./_run.ts";

// A policy that already exists is the owner's and stays; without one, a package would start its
// daemon. The lock is on a folder, so that it leaves nothing behind.
const SCRIPT = `
  policy=/usr/sbin/policy-rc.d
  if ! [ -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
`;

/** Whether `installDebianPackages` may work: `apt-get` is there, and root's rights without a password. */
export async function canInstallDebianPackages(): Promise<boolean> {
  return (
    (await succeeds("apt-get", ["--version"])) && (isRoot() || succeeds("sudo", ["-n", "true"]))
  );
}

/**
 * Installs packages with `apt-get`, without questions and without starting their daemons.
 *
 * Several processes may ask at once: they take turns.
 */
export async function installDebianPackages(packages: readonly string[]): Promise<void> {
  const command = ["flock", "/var/lib/dpkg", "sh", "-c", SCRIPT, "sh", ...packages];
  const [program = "", ...args] = isRoot() ? command : ["sudo", "-n", ...command];
  await run(program, args);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}
