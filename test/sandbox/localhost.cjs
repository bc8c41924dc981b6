// Whatever ends in .localhost is this machine (RFC 6761, section 6.3), and not every resolver knows: S3 Control is called at ACCOUNT.HOST.
const dns = require('node:dns');

const { lookup } = dns;
dns.lookup = (hostname, ...rest) => lookup(/\.localhost$/.test(hostname) ? '127.0.0.1' : hostname, ...rest);
