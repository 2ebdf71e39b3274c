/** Events for the specs of this repository, from where the published contract has them. */
export { anyEvents, eventOf } from '../../lib/testing/events/arbitrary.js';
export { envelope, sequenced } from '../../lib/testing/events/envelope.js';
