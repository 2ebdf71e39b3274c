import { sinkContract } from 'ax-autolog/testing';
import { it } from 'mocha';
import { subject } from './scores.mjs';

for (const { name, run } of sinkContract(subject, { delivery: 'journal' })) it(name, run);
