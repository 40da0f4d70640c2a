/** Whether this is workerd, where what a request has begun ends with it, and no other may wait for it. */
export const ON_WORKERD = globalThis.navigator?.userAgent === "Cloudflare-Workers";
