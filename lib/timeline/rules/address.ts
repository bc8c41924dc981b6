/** Addresses that nobody reaches from the internet (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291). */
export const isPrivate = (address: string): boolean =>
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:|fe80:|::1$)/i.test(
    address,
  );

/** Whether it is an address, and one that is reached from the internet; the names of services, which CloudTrail writes there too, are none. */
export const isPublic = (address: string | null): boolean =>
  address !== null && /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]+)$/i.test(address) && !isPrivate(address);
