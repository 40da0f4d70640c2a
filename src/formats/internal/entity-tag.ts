/** Makes the entity tag of a body, by which a reader that has it already receives a 304 (RFC 9110, section 8.8.3). */
export async function entityTag(body: string): Promise<string> {
  return `"${await sha256(body, 18)}"`;
}

/** Hashes a text with SHA-256; returns so many bytes of it, or all, in base64. */
export async function sha256(text: string, bytes = 32): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest).slice(0, bytes)));
}
