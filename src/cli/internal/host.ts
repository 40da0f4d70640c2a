/** An address or a host name: neither a URL nor a user. */
export const HOST = /^[^\s/@?#]+$/;
