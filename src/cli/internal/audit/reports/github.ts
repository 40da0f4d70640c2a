import type { AuditReport } from "../audit-report.ts";

/**
 * Writes a report as workflow commands of GitHub Actions: an error for each broken MUST, a warning for each broken
 * SHOULD, and a notice with the verdicts of the probers.
 */
export function writeGithub({ url, failure, results, verdicts }: AuditReport): string {
  if (failure !== undefined) {
    return command("error", "hale audit", `Nothing answered at ${url}: ${failure}.`);
  }
  const commands = results
    .filter(({ status }) => status === "failed")
    .map(({ id, level, name, message = "", source }) =>
      command(
        level === "MUST" ? "error" : "warning",
        `hale audit: ${id}`,
        `${url}\n${name}\n${message}\nFrom: ${source}.`,
      ),
    );
  const lines = verdicts.map(
    ({ prober, accepts, reason }) => `${prober}: ${accepts ? "yes" : "no"}, ${reason}`,
  );
  if (lines.length > 0) {
    commands.push(command("notice", "hale audit: probers", [url, ...lines].join("\n")));
  }
  return commands.join("\n");
}

function command(name: "error" | "warning" | "notice", title: string, message: string): string {
  return `::${name} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** Escapes a message, which ends at the end of its line. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Escapes a property, which also ends at a comma and at the colons before the message. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
