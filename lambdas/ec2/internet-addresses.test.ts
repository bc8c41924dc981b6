import { expect, test } from 'vitest';
import { internetAddresses } from './internet-addresses.ts';

test('what is on the internet is kept, once each; neighbours, names and metadata are not', () => {
  const inside = ['10.1.2.3', '172.31.0.9', '192.168.1.1', '100.64.0.1', '169.254.169.254', '127.0.0.1', '0.0.0.0'];
  const named = ['fd00:ec2::254', 'fe80::1', '::1', '::', '239.1.1.1', '::ffff:198.51.100.7', 'evil.example.com', ''];
  const found = internetAddresses([...inside, '198.51.100.7', ...named, '2001:db8::7', '198.51.100.7']);
  expect(found).toEqual(['198.51.100.7', '2001:db8::7']);
});

test('a network ACL has no room for all that a finding may name', () => {
  expect(internetAddresses(Array.from({ length: 30 }, (_, at) => `198.51.100.${at}`))).toHaveLength(5);
});
