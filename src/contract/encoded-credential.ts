/** Encodes a user or a password of a URL (RFC 3986, section 3.2.1): its percent signs stay where they encode something. */
export function encodedCredential(value: string): string {
  return value.replace(/%(?![0-9a-f]{2})|[^\w\-.~!$&'()*+,;=%]/giu, encodeURIComponent);
}
