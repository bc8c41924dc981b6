/** As much of what a trail selects as tells whether it records what is done with objects. */
interface Selectors {
  readonly EventSelectors?:
    | readonly { readonly DataResources?: readonly { readonly Type?: string | undefined }[] | undefined }[]
    | undefined;
  readonly AdvancedEventSelectors?:
    | readonly {
        readonly FieldSelectors?:
          | readonly { readonly Field: string | undefined; readonly Equals?: readonly string[] | undefined }[]
          | undefined;
      }[]
    | undefined;
}

/** Whether calls on objects of S3 are recorded (CloudTrail API reference, DataResource and AdvancedFieldSelector). */
export function recordsObjects({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors): boolean {
  const basic = EventSelectors.flatMap(({ DataResources = [] }) => DataResources);
  const advanced = AdvancedEventSelectors.flatMap(({ FieldSelectors = [] }) => FieldSelectors);
  return (
    basic.some(({ Type }) => Type === 'AWS::S3::Object') ||
    advanced.some(({ Field, Equals = [] }) => Field === 'resources.type' && Equals.includes('AWS::S3::Object'))
  );
}
