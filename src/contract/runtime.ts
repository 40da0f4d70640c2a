/** Whether this is workerd, where the work of a request ends with it, and no other request may wait for it. */
export const ON_WORKERD = globalThis.navigator?.userAgent === "Cloudflare-Workers";
