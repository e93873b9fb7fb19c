// One room on Node `ws`, in its plain form: `node ws.js PORT`. One `send` for each member, of a text made once.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });
let lastId = 0;

server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    message.id = String(++lastId);
    message.time = new Date().toISOString();
    const text = JSON.stringify(message);
    for (const member of server.clients) member.send(text);
  });
});
