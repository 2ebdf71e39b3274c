import { test } from 'node:test';
import { sinkContract } from 'ax-autolog/testing';
import { subject } from './scores.mjs';

for (const { name, run } of sinkContract(subject, { delivery: 'journal' })) test(name, run);
