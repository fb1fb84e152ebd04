// PostGraphile as its makers recommend it for use, without what is for looking at (GraphiQL, explaining), on the schema `peer`
// of a database. Prints the port on which it serves, and ends with whoever started it.

import { createServer } from "node:http";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { postgraphile } from "postgraphile";

const [, , connectionString] = process.argv;

const peer = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({ connectionString, schemas: ["peer"], poolConfig: { max: 16 } }),
  ],
  grafserv: { graphiql: false, watch: false },
});

const server = createServer();
// Connections are kept while others have their turn.
server.keepAliveTimeout = 0;
await peer.createServ(grafserv).addTo(server);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
