const { default: Sequencer } = require("@jest/test-sequencer");

/** The tests with a real pipeline mostly wait, so they begin first, beside the others: what is left at the end doesn't wait. */
module.exports = class PipelinesFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const isPipeline = ({ path }) => path.endsWith(".pipeline.ts");
    return [...sorted.filter(isPipeline), ...sorted.filter((test) => !isPipeline(test))];
  }
};
