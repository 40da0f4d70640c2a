/** The code "Going away" of RFC 6455, with which a server that ends closes its WebSockets. */
export const GOING_AWAY = 1001;

/** The reason that goes with it. */
export const REASON = "The server is going away.";

/** A close frame of a server, which RFC 6455 lets stand between any two frames. */
export const closeFrame: Buffer = (() => {
  const reason = Buffer.from(REASON);
  const head = Buffer.from([0x88, 2 + reason.length, GOING_AWAY >> 8, GOING_AWAY & 0xff]);
  return Buffer.concat([head, reason]);
})();
