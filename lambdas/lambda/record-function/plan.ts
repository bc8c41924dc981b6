/** `arn:aws:lambda:eu-central-1:123456789012:layer:tools:3` → `layer-tools-3.zip`: the file in the vault. */
export const layerFile = (arn: string): string => `layer-${arn.split(':').slice(-2).join('-')}.zip`;

/** As the vault writes hashes; Lambda writes them in base64 (Lambda API reference, FunctionConfiguration, CodeSha256). */
export const hexOf = (base64: string): string =>
  Array.from(atob(base64), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
