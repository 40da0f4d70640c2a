/** A header without its value. */
const WITHHELD = /^[\w-]+: …$/;

/**
 * Masks the credentials in the words that an error quotes: a flag or an argument at the wrong place may be one. The rules
 * are loaded here, because a command that is used rightly needs none of them.
 */
export async function maskQuoted(message: string): Promise<string> {
  if (!message.includes('"')) return message;
  const { maskCredentials } = await import("../../report/mask-credentials.ts");
  // What an ellipsis stands for is withheld already.
  const masked = (text: string) =>
    WITHHELD.test(text) ? text : text.split("…").map(maskCredentials).join("…");
  return message.replace(/"(?:[^"\\]|\\.)+"/g, (quoted) => JSON.stringify(masked(textIn(quoted))));
}

function textIn(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted.slice(1, -1);
  }
}
