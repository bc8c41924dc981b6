// One line a file of views.
export { circia } from './views/circia.ts';
export { eightItems } from './views/cisa-voluntary.ts';
export { cra } from './views/cra.ts';
export { dfars } from './views/dfars.ts';
export { dora } from './views/dora.ts';
export { gdpr } from './views/gdpr.ts';
export { hipaa } from './views/hipaa.ts';
export { nis2 } from './views/nis2.ts';
export { pci } from './views/pci.ts';
export { sec8k } from './views/sec-8k.ts';
