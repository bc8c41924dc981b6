import type { Regime } from '../regime.ts';

export const pci: Regime = {
  name: 'pci',
  title: 'PCI DSS, compromise of card data',
  standing: 'contract',
  source: 'PCI DSS v4.0.1, requirement 12.10.1, and the rules of the card brands',
  url: 'https://www.pcisecuritystandards.org/document_library/',
  verified: '2026-11-21',
  reports: {
    acquirer: {
      rules: [{ after: 'discovered', term: { promptly: 'immediately' } }],
      source: 'PCI DSS v4.0.1, requirement 12.10.1',
      note: 'To the acquirer and the card brands, suspected or confirmed. The contract with them may name hours; this names none.',
    },
  },
};
