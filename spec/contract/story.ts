export { interleave, type Story, story } from '../../lib/testing/events/story.js';
