/** Plain words for the codes of Node's sockets, TLS and HTTP parser. */
const REASONS = new Map(
  Object.entries({
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    EPIPE: "connection closed",
    EHOSTUNREACH: "host unreachable",
    ENETUNREACH: "network unreachable",
    EADDRNOTAVAIL: "address not available",
    ETIMEDOUT: "connection timed out",
    ENOTFOUND: "host name not found",
    EAI_AGAIN: "host name lookup failed",
    ENOENT: "no such socket",
    ENOTSOCK: "not a socket",
    EACCES: "permission denied",
    DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
    SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in the chain",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate of an unknown authority",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate of an unknown authority",
    CERT_HAS_EXPIRED: "certificate expired",
    HPE_HEADER_OVERFLOW: "response headers over 16 KiB",
    HPE_INVALID_VERSION: "not an HTTP/1 response",
    HPE_INVALID_STATUS: "malformed status line",
    HPE_INVALID_HEADER_TOKEN: "malformed response header",
    HPE_INVALID_CONTENT_LENGTH: "malformed Content-Length",
    HPE_UNEXPECTED_CONTENT_LENGTH: "more than one Content-Length, or one beside Transfer-Encoding",
    HPE_INVALID_TRANSFER_ENCODING: "malformed Transfer-Encoding",
    HPE_INVALID_CHUNK_SIZE: "malformed chunked body",
    HPE_CHUNK_EXTENSIONS_OVERFLOW: "chunk extensions over 16 KiB",
    HPE_STRICT: "malformed line ending",
    HPE_CR_EXPECTED: "malformed line ending",
    HPE_LF_EXPECTED: "malformed line ending",
    HPE_INVALID_EOF_STATE: "connection closed within the response",
    HPE_CLOSED_CONNECTION: "data after the end of the response",
  }),
);

/** Plain words for the codes that are not listed. */
const FAMILIES: readonly (readonly [codes: RegExp, reason: string])[] = [
  [/^HPE_/, "not an HTTP response"],
  [/^ERR_HTTP2_/, "no HTTP/2 connection"],
  [/^(?:EPROTO$|ERR_SSL_)/, "TLS handshake failed"],
];

/** Returns plain words for the code of a failed request; `undefined` for a code that is not known. */
export function reasonOfCode(code: string): string | undefined {
  return REASONS.get(code) ?? FAMILIES.find(([family]) => family.test(code))?.[1];
}
