import { platform } from "node:process";
import { findProgram, installMessage, type Requirement } from "./_install.ts";

/** The programs that tests run besides servers. */
export const TOOLS = {
  busybox: {
    name: "BusyBox",
    programs: ["busybox"],
    packages: { debian: ["busybox"], fedora: ["busybox"], homebrew: ["busybox"] },
  },
  checkHttp: {
    name: "check_http",
    programs: ["check_http"],
    folders: ["/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins", "/opt/homebrew/sbin"],
    packages: {
      debian: ["monitoring-plugins-basic"],
      fedora: ["nagios-plugins-http"],
      homebrew: ["monitoring-plugins"],
    },
  },
  curl: {
    name: "curl",
    programs: ["curl"],
    packages: { debian: ["curl"], fedora: ["curl"], homebrew: ["curl"] },
  },
  fish: {
    name: "fish",
    programs: ["fish"],
    packages: { debian: ["fish"], fedora: ["fish"], homebrew: ["fish"] },
  },
  node: {
    name: "Node",
    programs: ["node"],
    packages: { debian: ["nodejs"], fedora: ["nodejs"], homebrew: ["node"] },
  },
  openssl: {
    name: "OpenSSL",
    programs: ["openssl"],
    packages: { debian: ["openssl"], fedora: ["openssl"], homebrew: ["openssl"] },
  },
  promtool: {
    name: "promtool",
    programs: ["promtool"],
    packages: {
      debian: ["prometheus"],
      fedora: ["golang-github-prometheus"],
      homebrew: ["prometheus"],
    },
  },
  ps: {
    name: "ps",
    programs: ["ps"],
    packages: { debian: ["procps"], fedora: ["procps-ng"], homebrew: [] },
  },
  python: {
    name: "Python",
    programs: ["python3"],
    packages: { debian: ["python3"], fedora: ["python3"], homebrew: ["python"] },
  },
  saslpasswd: {
    name: "Cyrus SASL",
    programs: ["saslpasswd2"],
    folders: ["/usr/sbin", "/usr/local/sbin"],
    packages: { debian: ["sasl2-bin"], fedora: ["cyrus-sasl"], homebrew: ["cyrus-sasl"] },
  },
  systemdNotify: {
    name: "systemd-notify",
    programs: ["systemd-notify"],
    packages: { debian: ["systemd"], fedora: ["systemd"], homebrew: [] },
  },
  wget: {
    name: "GNU Wget",
    programs: ["wget"],
    packages: { debian: ["wget"], fedora: ["wget1-wget"], homebrew: ["wget"] },
  },
  zsh: {
    name: "zsh",
    programs: ["zsh"],
    packages: { debian: ["zsh"], fedora: ["zsh"], homebrew: ["zsh"] },
  },
} as const satisfies Readonly<Record<string, Requirement>>;

/** The name of a program in {@link TOOLS}. */
export type Tool = keyof typeof TOOLS;

/** The tools that every run of the tests needs: macOS has no systemd, and there only its own tests fail. */
export function requiredTools(): readonly Requirement[] {
  const tools: readonly Requirement[] = Object.values(TOOLS);
  return tools.filter(({ packages }) => platform === "linux" || packages.homebrew.length > 0);
}

/** The path of a tool, which the set-up of the tests has installed with all others. */
export function toolPath(tool: Tool): string {
  const requirement: Requirement = TOOLS[tool];
  const path = findProgram(requirement.programs, requirement.folders);
  if (path === undefined) throw new Error(installMessage([requirement]));
  return path;
}
