import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { narrowFunction, type Shared } from './narrow-function.ts';
import type { Contract } from './registry.ts';
import { rolesVersion } from './roles-version.ts';

/** All functions of the deployment, to be asked for by their contract's name. */
export class Functions extends Construct {
  private readonly byName: ReadonlyMap<string, LambdaFunction>;

  constructor(scope: Construct, id: string, contracts: readonly Contract[], shared: Omit<Shared, 'rolesVersion'>) {
    super(scope, id);
    const all = { ...shared, rolesVersion: rolesVersion(contracts, shared.config) };
    this.byName = new Map(contracts.map((contract) => [contract.name, narrowFunction(this, contract, all)]));
  }

  of(name: string): LambdaFunction {
    const found = this.byName.get(name);
    if (!found)
      throw new Error(`No function ${name} in this deployment; it has ${[...this.byName.keys()].join(', ')}.`);
    return found;
  }
}
