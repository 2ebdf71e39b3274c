import { type ContractOptions, type MakeSubject, sinkContract } from 'ax-autolog/testing';
import { describe, it } from 'mocha';

/** Holds a sink to the published contract, one test for each check. */
export function holdsContract(name: string, make: MakeSubject, options: ContractOptions = {}): void {
  describe(`sink contract: ${name}`, () => {
    for (const check of sinkContract(make, options)) it(check.name, check.run);
  });
}
