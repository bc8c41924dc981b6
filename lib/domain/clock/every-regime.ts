// One line a regime.
export { circia } from './regimes/circia.ts';
export { cisaVoluntary } from './regimes/cisa-voluntary.ts';
export { cra } from './regimes/cra.ts';
export { dfars } from './regimes/dfars.ts';
export { dora } from './regimes/dora.ts';
export { fedramp } from './regimes/fedramp.ts';
export { ftcSafeguards } from './regimes/ftc-safeguards.ts';
export { gdpr } from './regimes/gdpr.ts';
export { hipaa } from './regimes/hipaa.ts';
export { nis2 } from './regimes/nis2.ts';
export { nydfs } from './regimes/nydfs.ts';
export { pci } from './regimes/pci.ts';
export { sec8k } from './regimes/sec-8k.ts';
export { tsa } from './regimes/tsa.ts';
export { usBank } from './regimes/us-bank.ts';
