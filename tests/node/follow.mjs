// Runs docs/clients/client.js on a token and rooms, and prints each event as one line of JSON; lines of stdin are commands to call.
import readline from "node:readline";
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";

const [clientPath, site, token, ...rooms] = process.argv.slice(2);
const { Client } = await import(pathToFileURL(clientPath));
const say = (line) => console.log(JSON.stringify(line));
async function ticket() {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(`${site}/api/v1/websocket/ticket`, { method: "POST", headers });
  return (await answer.json()).ticket;
}
const signIn = process.env.TICKETS ? { token, ticket } : { token };
const client = new Client({ site, ...signIn, rooms, WebSocket, onEvent: say });
client.start().catch((error) => say({ event: "ended", data: { message: error.message } }));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { name, data } = JSON.parse(line);
  client.call(name, data).then(
    (answer) => say({ event: "answered", data: answer }),
    (error) => say({ event: "refused", data: error.body }),
  );
}
client.stop();
