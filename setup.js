const { Testing } = require("cdktf");
const { setupMatchers } = require("./testing");

Testing.setupJest();
setupMatchers();
