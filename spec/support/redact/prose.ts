import fc from 'fast-check';

/** Text with all the marks that the patterns look for. */
export const prose = fc.string({ unit: fc.constantFrom(...' .,:;=-_"\'{}[]()/\\\nabcXYZ019'), maxLength: 60 });
